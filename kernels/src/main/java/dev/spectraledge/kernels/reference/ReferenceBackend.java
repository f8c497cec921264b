package dev.spectraledge.kernels.reference;

import dev.spectraledge.kernels.AttentionShape;
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

/** The executable specification of {@link dev.spectraledge.kernels.Backend}: slow, plain, and the one that the others are tested against. */
public final class ReferenceBackend implements HostBackend {
    @Override
    public String name() {
        return "reference";
    }

    @Override
    public void copy(Tensor source, Tensor target) {
        OperandChecks.copy(source, target);
        VectorOperations.copy(source, target);
    }

    @Override
    public void fill(Tensor target, double value) {
        VectorOperations.fill(target, value);
    }

    @Override
    public void fill(Rows rows, Tensor target, double value) {
        OperandChecks.rows(rows, "target", target);
        VectorOperations.fill(rows, target, value);
    }

    @Override
    public void gemm(boolean transposeA, boolean transposeB, double alpha, Tensor a, Tensor b, double beta, Tensor c) {
        OperandChecks.gemm(transposeA, transposeB, a, b, c);
        DenseAlgebra.gemm(transposeA, transposeB, alpha, a, b, beta, c);
    }

    @Override
    public void linear(Rows rows, Tensor input, Tensor weight, Tensor bias, Tensor residual, Tensor output) {
        OperandChecks.linear(rows, input, weight, bias, residual, output);
        DenseAlgebra.linear(rows, input, weight, bias, residual, output);
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
        DenseAlgebra.linearBackward(rows, outputGradient, input, weight, inputGradient, weightGradient, biasGradient);
    }

    @Override
    public void embedding(
            Rows rows, Tensor tokens, Tensor positions, Tensor tokenTable, Tensor positionTable, Tensor output) {
        OperandChecks.embedding(rows, tokens, positions, tokenTable, positionTable, output);
        DenseAlgebra.embedding(rows, tokens, positions, tokenTable, positionTable, output);
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
        DenseAlgebra.embeddingBackward(
                rows, tokens, positions, outputGradient, tokenTableGradient, positionTableGradient);
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
        Activations.layerNorm(rows, epsilon, input, gain, bias, output, mean, inverseDeviation);
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
        Activations.layerNormBackward(
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
    }

    @Override
    public void gelu(Rows rows, Gelu kind, Tensor input, Tensor output) {
        OperandChecks.gelu(rows, input, output);
        Activations.gelu(rows, kind, input, output);
    }

    @Override
    public void geluBackward(Rows rows, Gelu kind, Tensor outputGradient, Tensor input, Tensor inputGradient) {
        OperandChecks.geluBackward(rows, outputGradient, input, inputGradient);
        Activations.geluBackward(rows, kind, outputGradient, input, inputGradient);
    }

    @Override
    public void swiGlu(Rows rows, Tensor gate, Tensor up, Tensor output) {
        OperandChecks.swiGlu(rows, gate, up, output);
        Activations.swiGlu(rows, gate, up, output);
    }

    @Override
    public void swiGluBackward(
            Rows rows, Tensor outputGradient, Tensor gate, Tensor up, Tensor gateGradient, Tensor upGradient) {
        OperandChecks.swiGluBackward(rows, outputGradient, gate, up, gateGradient, upGradient);
        Activations.swiGluBackward(rows, outputGradient, gate, up, gateGradient, upGradient);
    }

    @Override
    public void rotary(Rows rows, RotaryShape shape, Tensor positions, Tensor angles, Tensor input, Tensor output) {
        OperandChecks.rotary(rows, shape, positions, angles, input, output);
        Rotary.rotate(rows, shape, 1, positions, angles, input, output);
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
        Rotary.rotate(rows, shape, -1, positions, angles, outputGradient, inputGradient);
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
        Attention.forward(shape, queries, keys, query, key, value, probabilities, null, output);
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
        Attention.backward(
                shape,
                queries,
                keys,
                outputGradient,
                query,
                key,
                value,
                probabilities,
                null,
                queryGradient,
                keyGradient,
                valueGradient);
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
        Attention.forward(shape, queries, keys, query, key, value, null, logSums, output);
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
        Attention.backward(
                shape,
                queries,
                keys,
                outputGradient,
                query,
                key,
                value,
                null,
                logSums,
                queryGradient,
                keyGradient,
                valueGradient);
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
        CrossEntropy.crossEntropy(rows, logits, targets, weights, logitsGradient, lossGradient, statistics);
    }

    @Override
    public void sequenceAccuracy(
            PackedSequences sequences, Tensor logits, Tensor targets, Tensor weights, Tensor statistics) {
        OperandChecks.crossEntropy(sequences, logits, targets, weights, null, statistics);
        SequenceAccuracy.sequenceAccuracy(sequences, logits, targets, weights, statistics);
    }

    @Override
    public void axpy(double alpha, Tensor x, Tensor y) {
        OperandChecks.flat("x", x, "y", y);
        VectorOperations.axpy(alpha, x, y);
    }

    @Override
    public void scale(double alpha, Tensor x) {
        OperandChecks.flat("x", x);
        VectorOperations.scale(alpha, x);
    }

    @Override
    public void normalize(Tensor squares, double added, double least, Tensor x) {
        OperandChecks.normalize(squares, x);
        VectorOperations.normalize(squares, added, least, x);
    }

    @Override
    public void subtract(Tensor x, Tensor y, Tensor out) {
        OperandChecks.flat("x", x, "y", y);
        OperandChecks.flat("x", x, "out", out);
        VectorOperations.subtract(x, y, out);
    }

    @Override
    public void dot(Tensor x, Tensor y, Tensor result) {
        OperandChecks.dot(x, y, result);
        VectorOperations.dot(x, y, result);
    }

    @Override
    public void sumOfSquares(Tensor x, Tensor result) {
        OperandChecks.sumOfSquares(x, result);
        VectorOperations.dot(x, x, result);
    }

    @Override
    public void adamW(OptimizerArguments arguments) {
        OperandChecks.adamW(arguments);
        Optimizers.adamW(arguments);
    }

    @Override
    public void adam(OptimizerArguments arguments) {
        OperandChecks.adam(arguments);
        Optimizers.adam(arguments);
    }

    @Override
    public void sgd(OptimizerArguments arguments, boolean nesterov) {
        OperandChecks.sgd(arguments);
        Optimizers.sgd(arguments, nesterov);
    }

    @Override
    public void gramRow(Tensor window, Tensor x, Tensor result) {
        OperandChecks.gramRow(window, x, result);
        VectorOperations.gramRow(window, x, result);
    }

    @Override
    public void gramBlock(Tensor window, Tensor rows, Tensor result) {
        OperandChecks.gramBlock(window, rows, result);
        VectorOperations.gramBlock(window, rows, result);
    }

    @Override
    public void combineRows(Tensor window, Tensor coefficients, Tensor out) {
        OperandChecks.combineRows(window, coefficients, out);
        VectorOperations.combineRows(window, coefficients, out);
    }

    @Override
    public void uniform(PhiloxKey[] keys, double low, double high, Tensor out) {
        OperandChecks.random(keys, out);
        RandomNumbers.uniform(keys, low, high, out);
    }

    @Override
    public void normal(PhiloxKey[] keys, double mean, double standardDeviation, Tensor out) {
        OperandChecks.random(keys, out);
        RandomNumbers.normal(keys, mean, standardDeviation, out);
    }

    @Override
    public void sketch(SketchOperator operator, Tensor x, Tensor out) {
        OperandChecks.sketch(operator, x, out);
        RandomNumbers.sketch(operator, x, out);
    }
}
