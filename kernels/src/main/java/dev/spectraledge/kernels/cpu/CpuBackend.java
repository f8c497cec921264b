package dev.spectraledge.kernels.cpu;

import dev.spectraledge.bindings.JvmOptions;
import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.HostBackend;
import dev.spectraledge.kernels.LossGradient;
import dev.spectraledge.kernels.OperandChecks;
import dev.spectraledge.kernels.OptimizerArguments;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.RotaryShape;
import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.SketchOperator;
import dev.spectraledge.kernels.Tensor;

/**
 * The backend of the host's processor: most products by OpenBLAS, the rest by vector kernels of this package. Each
 * operation checks its operands once and then runs the kernel of their type for each model.
 */
@SuppressWarnings("try") // a call holds the memory that it reaches while its block runs, and has no other use
public final class CpuBackend implements HostBackend {
    /**
     * Makes one; it holds nothing.
     *
     * @throws dev.spectraledge.bindings.MissingJvmOptionException if Java was started without what this needs
     */
    public CpuBackend() {
        JvmOptions.require();
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public void copy(Tensor source, Tensor target) {
        OperandChecks.copy(source, target);
        try (Scratch call = Scratch.borrow()) {
            Copying.copy(source, target);
        }
    }

    @Override
    public void fill(Tensor target, double value) {
        try (Scratch call = Scratch.borrow()) {
            Copying.fill(target, value);
        }
    }

    @Override
    public void fill(Rows rows, Tensor target, double value) {
        OperandChecks.rows(rows, "target", target);
        try (Scratch call = Scratch.borrow()) {
            for (int run = 0; run < rows.runs(); run++) {
                Copying.fillRows(rows.rows(run), target.run(run), value);
            }
        }
    }

    @Override
    public void gemm(boolean transposeA, boolean transposeB, double alpha, Tensor a, Tensor b, double beta, Tensor c) {
        OperandChecks.gemm(transposeA, transposeB, a, b, c);
        int m = Math.toIntExact(c.size(1));
        int n = Math.toIntExact(c.size(2));
        int k = Math.toIntExact(a.size(transposeA ? 1 : 2));
        for (int run = 0; run < c.size(0); run++) {
            MatrixProducts.gemm(transposeA, transposeB, m, n, k, alpha, a.run(run), b.run(run), beta, c.run(run));
        }
    }

    @Override
    public void linear(Rows rows, Tensor input, Tensor weight, Tensor bias, Tensor residual, Tensor output) {
        OperandChecks.linear(rows, input, weight, bias, residual, output);
        try (Scratch call = Scratch.borrow()) {
            int outputs = Math.toIntExact(weight.size(1));
            int inputs = Math.toIntExact(weight.size(2));
            boolean started = bias != null || residual != null;
            for (int run = 0; run < rows.runs(); run++) {
                int count = rows.rows(run);
                if (started) {
                    startLinear(count, ofRun(bias, run), ofRun(residual, run), output.run(run));
                }
                MatrixProducts.gemm(
                        false,
                        true,
                        count,
                        outputs,
                        inputs,
                        1,
                        input.run(run),
                        weight.run(run),
                        started ? 1 : 0,
                        output.run(run));
            }
        }
    }

    private static void startLinear(int rows, Tensor bias, Tensor residual, Tensor output) {
        if (isFloat(output)) {
            FloatRows.startLinear(rows, bias, residual, output);
        } else {
            DoubleRows.startLinear(rows, bias, residual, output);
        }
    }

    @Override
    public void linearBackward(
            Rows rows,
            Tensor outputGradient,
            Tensor input,
            Tensor weight,
            Tensor inputGradient,
            Tensor weightGradient,
            Tensor biasGradient) {
        OperandChecks.linearBackward(rows, outputGradient, input, weight, inputGradient, weightGradient, biasGradient);
        try (Scratch scratch = Scratch.borrow(linearScratch(weight))) {
            for (int run = 0; run < rows.runs(); run++) {
                linearBackward(
                        rows.rows(run),
                        outputGradient.run(run),
                        input.run(run),
                        weight.run(run),
                        ofRun(inputGradient, run),
                        weightGradient.run(run),
                        ofRun(biasGradient, run),
                        scratch.address());
            }
        }
    }

    private static long linearScratch(Tensor weight) {
        int inputs = Math.toIntExact(weight.size(2));
        return isFloat(weight) ? FloatLinearBackward.scratch(inputs) : DoubleLinearBackward.scratch(inputs);
    }

    /** Of one run. */
    private static void linearBackward(
            int rows,
            Tensor dy,
            Tensor input,
            Tensor weight,
            Tensor inputGradient,
            Tensor weightGradient,
            Tensor biasGradient,
            long scratch) {
        int outputs = Math.toIntExact(weight.size(0));
        int inputs = Math.toIntExact(weight.size(1));
        if (isFloat(weight) && FloatLinearBackward.suits(rows, outputs, inputs)) {
            FloatLinearBackward.backward(rows, dy, input, weight, inputGradient, weightGradient, biasGradient, scratch);
        } else if (!isFloat(weight) && DoubleLinearBackward.suits(rows, outputs, inputs)) {
            DoubleLinearBackward.backward(
                    rows, dy, input, weight, inputGradient, weightGradient, biasGradient, scratch);
        } else {
            MatrixProducts.gemm(true, false, outputs, inputs, rows, 1, dy, input, 1, weightGradient);
            if (inputGradient != null) {
                MatrixProducts.gemm(false, false, rows, inputs, outputs, 1, dy, weight, 0, inputGradient);
            }
            if (biasGradient != null) {
                addColumnSums(rows, dy, biasGradient);
            }
        }
    }

    private static void addColumnSums(int rows, Tensor matrix, Tensor sums) {
        if (isFloat(matrix)) {
            FloatRows.addColumnSums(0, rows, matrix, sums);
        } else {
            DoubleRows.addColumnSums(0, rows, matrix, sums);
        }
    }

    @Override
    public void embedding(
            Rows rows, Tensor tokens, Tensor positions, Tensor tokenTable, Tensor positionTable, Tensor output) {
        OperandChecks.embedding(rows, tokens, positions, tokenTable, positionTable, output);
        try (Scratch call = Scratch.borrow()) {
            for (int run = 0; run < rows.runs(); run++) {
                if (isFloat(output)) {
                    FloatEmbedding.forward(
                            rows.rows(run),
                            tokens.run(run),
                            ofRun(positions, run),
                            tokenTable.run(run),
                            ofRun(positionTable, run),
                            output.run(run));
                } else {
                    DoubleEmbedding.forward(
                            rows.rows(run),
                            tokens.run(run),
                            ofRun(positions, run),
                            tokenTable.run(run),
                            ofRun(positionTable, run),
                            output.run(run));
                }
            }
        }
    }

    @Override
    public void embeddingBackward(
            Rows rows,
            Tensor tokens,
            Tensor positions,
            Tensor outputGradient,
            Tensor tokenTableGradient,
            Tensor positionTableGradient) {
        OperandChecks.embedding(rows, tokens, positions, tokenTableGradient, positionTableGradient, outputGradient);
        try (Scratch call = Scratch.borrow()) {
            for (int run = 0; run < rows.runs(); run++) {
                if (isFloat(outputGradient)) {
                    FloatEmbedding.backward(
                            rows.rows(run),
                            tokens.run(run),
                            ofRun(positions, run),
                            outputGradient.run(run),
                            tokenTableGradient.run(run),
                            ofRun(positionTableGradient, run));
                } else {
                    DoubleEmbedding.backward(
                            rows.rows(run),
                            tokens.run(run),
                            ofRun(positions, run),
                            outputGradient.run(run),
                            tokenTableGradient.run(run),
                            ofRun(positionTableGradient, run));
                }
            }
        }
    }

    @Override
    public void layerNorm(
            Rows rows,
            double epsilon,
            Tensor input,
            Tensor gain,
            Tensor bias,
            Tensor output,
            Tensor mean,
            Tensor inverseDeviation) {
        OperandChecks.layerNorm(rows, input, gain, bias, output, mean, inverseDeviation);
        try (Scratch scratch = Scratch.borrow(Scratch.LANES)) {
            for (int run = 0; run < rows.runs(); run++) {
                if (isFloat(input)) {
                    FloatLayerNorm.forward(
                            rows.rows(run),
                            epsilon,
                            input.run(run),
                            gain.run(run),
                            ofRun(bias, run),
                            output.run(run),
                            ofRun(mean, run),
                            inverseDeviation.run(run),
                            scratch.address());
                } else {
                    DoubleLayerNorm.forward(
                            rows.rows(run),
                            epsilon,
                            input.run(run),
                            gain.run(run),
                            ofRun(bias, run),
                            output.run(run),
                            ofRun(mean, run),
                            inverseDeviation.run(run),
                            scratch.address());
                }
            }
        }
    }

    @Override
    public void layerNormBackward(
            Rows rows,
            Tensor outputGradient,
            Tensor input,
            Tensor gain,
            Tensor mean,
            Tensor inverseDeviation,
            Tensor residualGradient,
            Tensor inputGradient,
            Tensor gainGradient,
            Tensor biasGradient) {
        OperandChecks.layerNormBackward(
                rows,
                outputGradient,
                input,
                gain,
                mean,
                inverseDeviation,
                residualGradient,
                inputGradient,
                gainGradient,
                biasGradient);
        try (Scratch scratch = Scratch.borrow(Scratch.LANES)) {
            for (int run = 0; run < rows.runs(); run++) {
                if (isFloat(input)) {
                    FloatLayerNorm.backward(
                            rows.rows(run),
                            outputGradient.run(run),
                            input.run(run),
                            gain.run(run),
                            ofRun(mean, run),
                            inverseDeviation.run(run),
                            ofRun(residualGradient, run),
                            inputGradient.run(run),
                            gainGradient.run(run),
                            ofRun(biasGradient, run),
                            scratch.address());
                } else {
                    DoubleLayerNorm.backward(
                            rows.rows(run),
                            outputGradient.run(run),
                            input.run(run),
                            gain.run(run),
                            ofRun(mean, run),
                            inverseDeviation.run(run),
                            ofRun(residualGradient, run),
                            inputGradient.run(run),
                            gainGradient.run(run),
                            ofRun(biasGradient, run),
                            scratch.address());
                }
            }
        }
    }

    @Override
    public void gelu(Rows rows, Gelu kind, Tensor input, Tensor output) {
        OperandChecks.gelu(rows, input, output);
        try (Scratch scratch = Scratch.borrow(geluScratch(input))) {
            for (int run = 0; run < rows.runs(); run++) {
                if (isFloat(input)) {
                    FloatGelu.forward(rows.rows(run), kind, input.run(run), output.run(run), scratch.address());
                } else {
                    DoubleGelu.forward(rows.rows(run), kind, input.run(run), output.run(run), scratch.address());
                }
            }
        }
    }

    @Override
    public void geluBackward(Rows rows, Gelu kind, Tensor outputGradient, Tensor input, Tensor inputGradient) {
        OperandChecks.geluBackward(rows, outputGradient, input, inputGradient);
        try (Scratch scratch = Scratch.borrow(geluScratch(input))) {
            for (int run = 0; run < rows.runs(); run++) {
                if (isFloat(input)) {
                    FloatGelu.backward(
                            rows.rows(run),
                            kind,
                            outputGradient.run(run),
                            input.run(run),
                            inputGradient.run(run),
                            scratch.address());
                } else {
                    DoubleGelu.backward(
                            rows.rows(run),
                            kind,
                            outputGradient.run(run),
                            input.run(run),
                            inputGradient.run(run),
                            scratch.address());
                }
            }
        }
    }

    private static long geluScratch(Tensor input) {
        int width = Math.toIntExact(input.size(2));
        return isFloat(input) ? FloatGelu.scratch(width) : DoubleGelu.scratch(width);
    }

    @Override
    public void swiGlu(Rows rows, Tensor gate, Tensor up, Tensor output) {
        OperandChecks.swiGlu(rows, gate, up, output);
        try (Scratch scratch = Scratch.borrow(swiGluScratch(gate))) {
            for (int run = 0; run < rows.runs(); run++) {
                if (isFloat(gate)) {
                    FloatSwiGlu.forward(rows.rows(run), gate.run(run), up.run(run), output.run(run), scratch.address());
                } else {
                    DoubleSwiGlu.forward(
                            rows.rows(run), gate.run(run), up.run(run), output.run(run), scratch.address());
                }
            }
        }
    }

    @Override
    public void swiGluBackward(
            Rows rows, Tensor outputGradient, Tensor gate, Tensor up, Tensor gateGradient, Tensor upGradient) {
        OperandChecks.swiGluBackward(rows, outputGradient, gate, up, gateGradient, upGradient);
        try (Scratch scratch = Scratch.borrow(swiGluScratch(gate))) {
            for (int run = 0; run < rows.runs(); run++) {
                if (isFloat(gate)) {
                    FloatSwiGlu.backward(
                            rows.rows(run),
                            outputGradient.run(run),
                            gate.run(run),
                            up.run(run),
                            gateGradient.run(run),
                            upGradient.run(run),
                            scratch.address());
                } else {
                    DoubleSwiGlu.backward(
                            rows.rows(run),
                            outputGradient.run(run),
                            gate.run(run),
                            up.run(run),
                            gateGradient.run(run),
                            upGradient.run(run),
                            scratch.address());
                }
            }
        }
    }

    private static long swiGluScratch(Tensor gate) {
        int width = Math.toIntExact(gate.size(2));
        return isFloat(gate) ? FloatSwiGlu.scratch(width) : DoubleSwiGlu.scratch(width);
    }

    @Override
    public void rotary(Rows rows, RotaryShape shape, Tensor positions, Tensor angles, Tensor input, Tensor output) {
        OperandChecks.rotary(rows, shape, positions, angles, input, output);
        rotate(rows, shape, 1, positions, angles, input, output);
    }

    @Override
    public void rotaryBackward(
            Rows rows,
            RotaryShape shape,
            Tensor positions,
            Tensor angles,
            Tensor outputGradient,
            Tensor inputGradient) {
        OperandChecks.rotary(rows, shape, positions, angles, outputGradient, inputGradient);
        rotate(rows, shape, -1, positions, angles, outputGradient, inputGradient);
    }

    private static void rotate(
            Rows rows, RotaryShape shape, int sign, Tensor positions, Tensor angles, Tensor input, Tensor output) {
        long bytes = isFloat(input) ? FloatRotary.scratch(shape) : DoubleRotary.scratch(shape);
        try (Scratch scratch = Scratch.borrow(bytes)) {
            for (int run = 0; run < rows.runs(); run++) {
                if (isFloat(input)) {
                    FloatRotary.rotate(
                            rows.rows(run),
                            shape,
                            sign,
                            positions.run(run),
                            angles,
                            input.run(run),
                            output.run(run),
                            scratch.address());
                } else {
                    DoubleRotary.rotate(
                            rows.rows(run),
                            shape,
                            sign,
                            positions.run(run),
                            angles,
                            input.run(run),
                            output.run(run),
                            scratch.address());
                }
            }
        }
    }

    @Override
    public void attention(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor probabilities,
            Tensor output) {
        OperandChecks.attention(shape, queries, keys, query, key, value, probabilities, output);
        boolean isFloat = isFloat(query);
        try (Scratch scratch = Scratch.borrow(AttentionScratch.bytes(isFloat, shape, queries, keys, true))) {
            for (int run = 0; run < queries.runs(); run++) {
                if (isFloat) {
                    FloatAttention.forward(
                            shape,
                            queries,
                            keys,
                            run,
                            query.run(run),
                            key.run(run),
                            value.run(run),
                            probabilities.run(run),
                            null,
                            output.run(run),
                            scratch.address());
                } else {
                    DoubleAttention.forward(
                            shape,
                            queries,
                            keys,
                            run,
                            query.run(run),
                            key.run(run),
                            value.run(run),
                            probabilities.run(run),
                            null,
                            output.run(run),
                            scratch.address());
                }
            }
        }
    }

    @Override
    public void attentionBackward(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor outputGradient,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor probabilities,
            Tensor queryGradient,
            Tensor keyGradient,
            Tensor valueGradient) {
        OperandChecks.attentionBackward(
                shape,
                queries,
                keys,
                outputGradient,
                query,
                key,
                value,
                probabilities,
                queryGradient,
                keyGradient,
                valueGradient);
        boolean isFloat = isFloat(query);
        try (Scratch scratch = Scratch.borrow(AttentionScratch.bytes(isFloat, shape, queries, keys, true))) {
            for (int run = 0; run < queries.runs(); run++) {
                if (isFloat) {
                    FloatAttentionBackward.backward(
                            shape,
                            queries,
                            keys,
                            run,
                            outputGradient.run(run),
                            query.run(run),
                            key.run(run),
                            value.run(run),
                            probabilities.run(run),
                            null,
                            null,
                            queryGradient.run(run),
                            keyGradient.run(run),
                            valueGradient.run(run),
                            scratch.address());
                } else {
                    DoubleAttentionBackward.backward(
                            shape,
                            queries,
                            keys,
                            run,
                            outputGradient.run(run),
                            query.run(run),
                            key.run(run),
                            value.run(run),
                            probabilities.run(run),
                            null,
                            null,
                            queryGradient.run(run),
                            keyGradient.run(run),
                            valueGradient.run(run),
                            scratch.address());
                }
            }
        }
    }

    @Override
    public void tiledAttention(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor logSums,
            Tensor output) {
        OperandChecks.tiledAttention(shape, queries, keys, query, key, value, logSums, output);
        boolean isFloat = isFloat(query);
        try (Scratch scratch = Scratch.borrow(AttentionScratch.bytes(isFloat, shape, queries, keys, false))) {
            for (int run = 0; run < queries.runs(); run++) {
                if (isFloat) {
                    FloatAttention.forward(
                            shape,
                            queries,
                            keys,
                            run,
                            query.run(run),
                            key.run(run),
                            value.run(run),
                            null,
                            logSums.run(run),
                            output.run(run),
                            scratch.address());
                } else {
                    DoubleAttention.forward(
                            shape,
                            queries,
                            keys,
                            run,
                            query.run(run),
                            key.run(run),
                            value.run(run),
                            null,
                            logSums.run(run),
                            output.run(run),
                            scratch.address());
                }
            }
        }
    }

    @Override
    public void tiledAttentionBackward(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor outputGradient,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor output,
            Tensor logSums,
            Tensor queryGradient,
            Tensor keyGradient,
            Tensor valueGradient) {
        OperandChecks.tiledAttentionBackward(
                shape,
                queries,
                keys,
                outputGradient,
                query,
                key,
                value,
                output,
                logSums,
                queryGradient,
                keyGradient,
                valueGradient);
        boolean isFloat = isFloat(query);
        try (Scratch scratch = Scratch.borrow(AttentionScratch.bytes(isFloat, shape, queries, keys, false))) {
            for (int run = 0; run < queries.runs(); run++) {
                if (isFloat) {
                    FloatAttentionBackward.backward(
                            shape,
                            queries,
                            keys,
                            run,
                            outputGradient.run(run),
                            query.run(run),
                            key.run(run),
                            value.run(run),
                            null,
                            output.run(run),
                            logSums.run(run),
                            queryGradient.run(run),
                            keyGradient.run(run),
                            valueGradient.run(run),
                            scratch.address());
                } else {
                    DoubleAttentionBackward.backward(
                            shape,
                            queries,
                            keys,
                            run,
                            outputGradient.run(run),
                            query.run(run),
                            key.run(run),
                            value.run(run),
                            null,
                            output.run(run),
                            logSums.run(run),
                            queryGradient.run(run),
                            keyGradient.run(run),
                            valueGradient.run(run),
                            scratch.address());
                }
            }
        }
    }

    @Override
    public void crossEntropy(
            Rows rows,
            Tensor logits,
            Tensor targets,
            Tensor weights,
            Tensor logitsGradient,
            LossGradient lossGradient,
            Tensor statistics) {
        OperandChecks.crossEntropy(rows, logits, targets, weights, logitsGradient, statistics);
        try (Scratch scratch = Scratch.borrow(crossEntropyScratch(logits))) {
            for (int run = 0; run < rows.runs(); run++) {
                if (isFloat(logits)) {
                    FloatCrossEntropy.rows(
                            rows.rows(run),
                            logits.run(run),
                            targets.run(run),
                            weights.run(run),
                            ofRun(logitsGradient, run),
                            lossGradient,
                            statistics.run(run).address(),
                            scratch.address());
                } else {
                    DoubleCrossEntropy.rows(
                            rows.rows(run),
                            logits.run(run),
                            targets.run(run),
                            weights.run(run),
                            ofRun(logitsGradient, run),
                            lossGradient,
                            statistics.run(run).address(),
                            scratch.address());
                }
            }
        }
    }

    @Override
    public void sequenceAccuracy(
            PackedSequences sequences, Tensor logits, Tensor targets, Tensor weights, Tensor statistics) {
        OperandChecks.crossEntropy(sequences, logits, targets, weights, null, statistics);
        try (Scratch call = Scratch.borrow()) {
            for (int run = 0; run < sequences.runs(); run++) {
                if (isFloat(logits)) {
                    FloatSequenceAccuracy.sequences(
                            sequences,
                            run,
                            logits.run(run),
                            targets.run(run),
                            weights.run(run),
                            statistics.run(run).address());
                } else {
                    DoubleSequenceAccuracy.sequences(
                            sequences,
                            run,
                            logits.run(run),
                            targets.run(run),
                            weights.run(run),
                            statistics.run(run).address());
                }
            }
        }
    }

    private static long crossEntropyScratch(Tensor logits) {
        int classes = Math.toIntExact(logits.size(2));
        return isFloat(logits) ? FloatCrossEntropy.scratch(classes) : DoubleCrossEntropy.scratch(classes);
    }

    @Override
    public void axpy(double alpha, Tensor x, Tensor y) {
        OperandChecks.flat("x", x, "y", y);
        try (Scratch call = Scratch.borrow()) {
            for (int run = 0; run < x.size(0); run++) {
                if (isFloat(x)) {
                    FloatFlat.axpy(
                            x.size(1),
                            (float) alpha,
                            x.run(run).address(),
                            y.run(run).address());
                } else {
                    DoubleFlat.axpy(
                            x.size(1), alpha, x.run(run).address(), y.run(run).address());
                }
            }
        }
    }

    @Override
    public void scale(double alpha, Tensor x) {
        OperandChecks.flat("x", x);
        try (Scratch call = Scratch.borrow()) {
            for (int run = 0; run < x.size(0); run++) {
                if (isFloat(x)) {
                    FloatFlat.scale(x.size(1), (float) alpha, x.run(run).address());
                } else {
                    DoubleFlat.scale(x.size(1), alpha, x.run(run).address());
                }
            }
        }
    }

    @Override
    public void subtract(Tensor x, Tensor y, Tensor out) {
        OperandChecks.flat("x", x, "y", y);
        OperandChecks.flat("x", x, "out", out);
        try (Scratch call = Scratch.borrow()) {
            for (int run = 0; run < x.size(0); run++) {
                if (isFloat(x)) {
                    FloatFlat.subtract(
                            x.size(1),
                            x.run(run).address(),
                            y.run(run).address(),
                            out.run(run).address());
                } else {
                    DoubleFlat.subtract(
                            x.size(1),
                            x.run(run).address(),
                            y.run(run).address(),
                            out.run(run).address());
                }
            }
        }
    }

    @Override
    public void dot(Tensor x, Tensor y, Tensor result) {
        OperandChecks.dot(x, y, result);
        try (Scratch scratch = Scratch.borrow(Scratch.LANES)) {
            for (int run = 0; run < x.size(0); run++) {
                long from = x.run(run).address();
                long to = elementAddress(result, run);
                if (isFloat(x)) {
                    FloatProducts.dot(x.size(1), from, y.run(run).address(), to, scratch.address());
                } else {
                    DoubleProducts.dot(x.size(1), from, y.run(run).address(), to, scratch.address());
                }
            }
        }
    }

    @Override
    public void sumOfSquares(Tensor x, Tensor result) {
        OperandChecks.sumOfSquares(x, result);
        dot(x, x, result);
    }

    @Override
    public void subtract(Tensor x, Tensor y, Tensor out, Tensor withOut, Tensor squares) {
        subtract(x, y, out, withOut, squares, false);
    }

    @Override
    public void advance(Tensor x, Tensor y, Tensor out, Tensor withOut, Tensor squares) {
        subtract(x, y, out, withOut, squares, true);
    }

    private static void subtract(Tensor x, Tensor y, Tensor out, Tensor withOut, Tensor squares, boolean advance) {
        OperandChecks.flat("x", x, "y", y);
        OperandChecks.dot(x, out, withOut);
        OperandChecks.sumOfSquares(x, squares);
        try (Scratch scratch = Scratch.borrow(2 * Scratch.LANES)) {
            for (int run = 0; run < x.size(0); run++) {
                long minuend = x.run(run).address();
                long subtrahend = y.run(run).address();
                long difference = out.run(run).address();
                long product = elementAddress(withOut, run);
                long square = elementAddress(squares, run);
                if (isFloat(x)) {
                    FloatProducts.subtract(
                            x.size(1), minuend, subtrahend, difference, product, square, advance, scratch.address());
                } else {
                    DoubleProducts.subtract(
                            x.size(1), minuend, subtrahend, difference, product, square, advance, scratch.address());
                }
            }
        }
    }

    @Override
    public void normalize(Tensor squares, double added, double least, Tensor x) {
        OperandChecks.normalize(squares, x);
        try (Scratch call = Scratch.borrow()) {
            for (int run = 0; run < x.size(0); run++) {
                double factor = 1 / Math.max(Math.sqrt(squares.getDouble(run)) + added, least);
                if (isFloat(x)) {
                    FloatFlat.scale(x.size(1), (float) factor, x.run(run).address());
                } else {
                    DoubleFlat.scale(x.size(1), factor, x.run(run).address());
                }
            }
        }
    }

    private static long elementAddress(Tensor vector, int index) {
        return vector.address() + index * vector.stride(0) * vector.type().bytes();
    }

    @Override
    public void adamW(OptimizerArguments arguments) {
        OperandChecks.adamW(arguments);
        try (Scratch call = Scratch.borrow()) {
            Tensor parameters = arguments.parameters();
            for (int run = 0; run < parameters.size(0); run++) {
                if (!Hyperparameters.isActive(
                        arguments.hyperparameters().run(run).address())) {
                    continue;
                }
                if (isFloat(parameters)) {
                    FloatAdamW.step(
                            parameters.size(1),
                            arguments.hyperparameters().run(run).address(),
                            parameters.run(run).address(),
                            arguments.gradient().run(run).address(),
                            arguments.firstMoment().run(run).address(),
                            arguments.secondMoment().run(run).address(),
                            addressOrZero(arguments.gradientPart(), run),
                            addressOrZero(arguments.decayPart(), run));
                } else {
                    DoubleAdamW.step(
                            parameters.size(1),
                            arguments.hyperparameters().run(run).address(),
                            parameters.run(run).address(),
                            arguments.gradient().run(run).address(),
                            arguments.firstMoment().run(run).address(),
                            arguments.secondMoment().run(run).address(),
                            addressOrZero(arguments.gradientPart(), run),
                            addressOrZero(arguments.decayPart(), run));
                }
            }
        }
    }

    @Override
    public void adam(OptimizerArguments arguments) {
        OperandChecks.adam(arguments);
        try (Scratch call = Scratch.borrow()) {
            Tensor parameters = arguments.parameters();
            for (int run = 0; run < parameters.size(0); run++) {
                if (!Hyperparameters.isActive(
                        arguments.hyperparameters().run(run).address())) {
                    continue;
                }
                if (isFloat(parameters)) {
                    FloatAdam.step(
                            parameters.size(1),
                            arguments.hyperparameters().run(run).address(),
                            parameters.run(run).address(),
                            arguments.gradient().run(run).address(),
                            arguments.firstMoment().run(run).address(),
                            arguments.secondMoment().run(run).address(),
                            arguments.decayMoment().run(run).address(),
                            addressOrZero(arguments.gradientPart(), run),
                            addressOrZero(arguments.decayPart(), run));
                } else {
                    DoubleAdam.step(
                            parameters.size(1),
                            arguments.hyperparameters().run(run).address(),
                            parameters.run(run).address(),
                            arguments.gradient().run(run).address(),
                            arguments.firstMoment().run(run).address(),
                            arguments.secondMoment().run(run).address(),
                            arguments.decayMoment().run(run).address(),
                            addressOrZero(arguments.gradientPart(), run),
                            addressOrZero(arguments.decayPart(), run));
                }
            }
        }
    }

    @Override
    public void sgd(OptimizerArguments arguments, boolean nesterov) {
        OperandChecks.sgd(arguments);
        try (Scratch call = Scratch.borrow()) {
            Tensor parameters = arguments.parameters();
            for (int run = 0; run < parameters.size(0); run++) {
                if (!Hyperparameters.isActive(
                        arguments.hyperparameters().run(run).address())) {
                    continue;
                }
                if (isFloat(parameters)) {
                    FloatSgd.step(
                            parameters.size(1),
                            arguments.hyperparameters().run(run).address(),
                            nesterov,
                            parameters.run(run).address(),
                            arguments.gradient().run(run).address(),
                            addressOrZero(arguments.firstMoment(), run),
                            addressOrZero(arguments.gradientPart(), run),
                            addressOrZero(arguments.decayPart(), run));
                } else {
                    DoubleSgd.step(
                            parameters.size(1),
                            arguments.hyperparameters().run(run).address(),
                            nesterov,
                            parameters.run(run).address(),
                            arguments.gradient().run(run).address(),
                            addressOrZero(arguments.firstMoment(), run),
                            addressOrZero(arguments.gradientPart(), run),
                            addressOrZero(arguments.decayPart(), run));
                }
            }
        }
    }

    @Override
    public void gramRow(Tensor window, Tensor x, Tensor result) {
        OperandChecks.gramRow(window, x, result);
        gram(window, 1, x, 0, result, 0);
    }

    @Override
    public void gramBlock(Tensor window, Tensor rows, Tensor result) {
        OperandChecks.gramBlock(window, rows, result);
        long stride = rows.stride(1) * rows.type().bytes();
        gram(window, Math.toIntExact(rows.size(1)), rows, stride, result, result.stride(1) * Double.BYTES);
    }

    /** Products with {@code count} vectors of each run, which are {@code stride} bytes apart, as are their results. */
    private static void gram(Tensor window, int count, Tensor vectors, long stride, Tensor result, long resultStride) {
        int rows = Math.toIntExact(window.size(1));
        long rowStride = window.stride(1) * window.type().bytes();
        try (Scratch scratch = Scratch.borrow(FloatProducts.scratch(count, rows))) {
            for (int run = 0; run < window.size(0); run++) {
                long x = vectors.run(run).address();
                long from = window.run(run).address();
                long to = result.run(run).address();
                long n = window.size(2);
                if (isFloat(window)) {
                    FloatProducts.block(
                            count, x, stride, rows, n, from, rowStride, to, resultStride, scratch.address());
                } else {
                    DoubleProducts.block(
                            count, x, stride, rows, n, from, rowStride, to, resultStride, scratch.address());
                }
            }
        }
    }

    @Override
    public void gramBand(Tensor ring, int first, Tensor result) {
        OperandChecks.gramBand(ring, first, result);
        int rows = Math.toIntExact(ring.size(1));
        int count = Math.toIntExact(result.size(1));
        int width = Math.toIntExact(result.size(2));
        int oldest = Math.floorMod(first - (width - 1), rows);
        long rowStride = ring.stride(1) * ring.type().bytes();
        long resultStride = result.stride(1) * Double.BYTES;
        try (Scratch scratch = Scratch.borrow(FloatGramBand.scratch(count, width))) {
            for (int run = 0; run < ring.size(0); run++) {
                long from = ring.run(run).address();
                long to = result.run(run).address();
                long n = ring.size(2);
                if (isFloat(ring)) {
                    FloatGramBand.products(
                            count, width, rows, oldest, n, from, rowStride, to, resultStride, scratch.address());
                } else {
                    DoubleGramBand.products(
                            count, width, rows, oldest, n, from, rowStride, to, resultStride, scratch.address());
                }
            }
        }
    }

    @Override
    public void combineRows(Tensor window, Tensor coefficients, Tensor out) {
        OperandChecks.combineRows(window, coefficients, out);
        try (Scratch call = Scratch.borrow()) {
            int rows = Math.toIntExact(window.size(1));
            for (int run = 0; run < out.size(0); run++) {
                if (isFloat(out)) {
                    FloatProducts.combine(
                            rows,
                            out.size(1),
                            window.run(run).address(),
                            FloatRows.stride(window.run(run)),
                            coefficients.run(run).address(),
                            out.run(run).address());
                } else {
                    DoubleProducts.combine(
                            rows,
                            out.size(1),
                            window.run(run).address(),
                            DoubleRows.stride(window.run(run)),
                            coefficients.run(run).address(),
                            out.run(run).address());
                }
            }
        }
    }

    @Override
    public void uniform(PhiloxKey[] keys, double low, double high, Tensor out) {
        OperandChecks.random(keys, out);
        try (Scratch call = Scratch.borrow()) {
            for (int run = 0; run < keys.length; run++) {
                RandomNumbers.uniform(keys[run], low, high, contiguous(out.run(run)));
            }
        }
    }

    @Override
    public void normal(PhiloxKey[] keys, double mean, double standardDeviation, Tensor out) {
        OperandChecks.random(keys, out);
        try (Scratch call = Scratch.borrow()) {
            for (int run = 0; run < keys.length; run++) {
                RandomNumbers.normal(keys[run], mean, standardDeviation, contiguous(out.run(run)));
            }
        }
    }

    private static Tensor contiguous(Tensor out) {
        if (!out.isContiguous()) {
            throw new IllegalArgumentException("out is strided within a run " + out + ", needs contiguous runs");
        }
        return out;
    }

    @Override
    public void sketch(SketchOperator operator, Tensor x, Tensor out) {
        OperandChecks.sketch(operator, x, out);
        try (Scratch call = Scratch.borrow()) {
            for (int run = 0; run < x.size(0); run++) {
                for (int row = 0; row < operator.rows(); row++) {
                    RawMemory.writeDouble(elementAddress(out.run(run), row), 0);
                }
            }
            switch (operator.kind()) {
                case GAUSSIAN -> gaussianSketch(operator, x, out);
                case SPARSE_SIGN -> sparseSignSketch(operator, x, out);
            }
        }
    }

    private static void gaussianSketch(SketchOperator operator, Tensor x, Tensor out) {
        RandomScratch scratch = RandomScratch.ofThread();
        for (int run = 0; run < x.size(0); run++) {
            if (isFloat(x)) {
                FloatSketch.gaussian(
                        operator, x.size(1), x.run(run).address(), out.run(run).address(), scratch);
            } else {
                DoubleSketch.gaussian(
                        operator, x.size(1), x.run(run).address(), out.run(run).address(), scratch);
            }
        }
    }

    private static void sparseSignSketch(SketchOperator operator, Tensor x, Tensor out) {
        try (Scratch scratch = Scratch.borrow(SparseSignColumns.scratch(operator))) {
            for (int run = 0; run < x.size(0); run++) {
                long from = x.run(run).address();
                long to = out.run(run).address();
                if (isFloat(x)) {
                    FloatSketch.sparseSign(operator, x.size(1), from, to, scratch.address());
                } else {
                    DoubleSketch.sparseSign(operator, x.size(1), from, to, scratch.address());
                }
            }
        }
    }

    private static boolean isFloat(Tensor tensor) {
        return tensor.type() == DType.FLOAT32;
    }

    private static Tensor ofRun(Tensor tensor, int run) {
        return tensor == null ? null : tensor.run(run);
    }

    private static long addressOrZero(Tensor tensor, int run) {
        return tensor == null ? 0 : tensor.run(run).address();
    }
}
