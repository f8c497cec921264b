package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.HostMirror;
import dev.spectraledge.kernels.LossGradient;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.OperandChecks;
import dev.spectraledge.kernels.OptimizerArguments;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Replay;
import dev.spectraledge.kernels.RotaryShape;
import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.SketchOperator;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.Arena;

/**
 * The backend of a CUDA device. Operations go to its stream and are done in the order of their calls; see the package for
 * what that means for recordings and for errors.
 */
public final class CudaBackend implements Backend, AutoCloseable {
    private static final int VECTOR_ELEMENTS = 64;

    private final CudaDevice device;
    private final Launcher launcher;
    private final CudaMemory memory;
    private final SequenceTables tables;
    private final Copying copying;
    private final ColumnSums columnSums;
    private final DeferredWork deferred;
    private final MatrixProducts products;
    private final Embedding embedding;
    private final Activations activations;
    private final SwiGlu swiGlu;
    private final Rotary rotary;
    private final Attention attention;
    private final TiledAttention tiledAttention;
    private final CrossEntropy crossEntropy;
    private final VectorOperations vectors;
    private final Optimizers optimizers;
    private final RandomNumbers randomNumbers;
    private final Arena arena = Arena.ofShared();

    /**
     * A backend on {@code device}, which it closes when it is closed.
     *
     * @param precision of products of FLOAT32 matrices
     */
    public CudaBackend(CudaDevice device, ProductPrecision precision) {
        this.device = device;
        memory = device.memory();
        tables = new SequenceTables(device, memory);
        launcher = new Launcher(device, tables, arena);
        copying = new Copying(device, launcher);
        columnSums = new ColumnSums(device, launcher);
        deferred = new DeferredWork(device.side(), columnSums);
        device.setDeferred(deferred);
        products = new MatrixProducts(device, launcher, columnSums, precision, arena);
        embedding = new Embedding(device, launcher);
        activations = new Activations(device, launcher);
        swiGlu = new SwiGlu(device, launcher);
        rotary = new Rotary(device, launcher);
        attention = new Attention(device, launcher);
        tiledAttention = new TiledAttention(device, launcher);
        crossEntropy = new CrossEntropy(device, launcher);
        vectors = new VectorOperations(device, launcher);
        optimizers = new Optimizers(device, launcher);
        randomNumbers = new RandomNumbers(device, launcher);
    }

    @Override
    public String name() {
        return "cuda";
    }

    /** The device of this backend. */
    public CudaDevice device() {
        return device;
    }

    Launcher launcher() {
        return launcher;
    }

    @Override
    public Tensor allocate(MemoryOwner owner, DType type, long... shape) {
        return memory.allocate(owner, type, shape);
    }

    /** Every run begins at a multiple of {@value #VECTOR_ELEMENTS} elements, for accesses of 16 bytes and for cuBLAS. */
    @Override
    public Tensor allocateVectors(MemoryOwner owner, DType type, long runs, long n) {
        if (runs < 2) {
            return allocate(owner, type, runs, n);
        }
        long room = Launcher.blocks(n, VECTOR_ELEMENTS) * VECTOR_ELEMENTS;
        return allocate(owner, type, runs, room).slice(1, 0, n);
    }

    @Override
    public void copy(Tensor source, Tensor target) {
        OperandChecks.copy(source, target);
        copying.copy(source, target);
    }

    @Override
    public void fill(Tensor target, double value) {
        copying.fill(target, value);
    }

    @Override
    public void fill(Rows rows, Tensor target, double value) {
        OperandChecks.rows(rows, "target", target);
        deferred.waitsBut(target);
        try {
            copying.fill(rows, target, value);
        } finally {
            deferred.release();
        }
    }

    @Override
    public HostMirror mirror(MemoryOwner owner, Tensor tensor) {
        return new PinnedMirror(device, owner, tensor);
    }

    @Override
    public boolean isAsynchronous() {
        return true;
    }

    @Override
    public void synchronize() {
        memory.synchronize();
    }

    @Override
    public Replay record(Runnable operations) {
        return device.record(operations);
    }

    @Override
    public Tensor table(PackedSequences sequences) {
        return tables.of(sequences);
    }

    @Override
    public void store(Tensor source, Tensor ring, Tensor counter) {
        OperandChecks.ring("source", source, ring, counter);
        copying.store(source, ring, counter);
    }

    @Override
    public void load(Tensor ring, Tensor counter, Tensor target) {
        OperandChecks.ring("target", target, ring, counter);
        copying.load(ring, counter, target);
    }

    @Override
    public void increment(Tensor counter) {
        OperandChecks.counter(counter);
        copying.increment(counter);
    }

    @Override
    public void loadNext(Tensor[] rings, Tensor counter, Tensor[] targets) {
        for (int i = 0; i < rings.length; i++) {
            OperandChecks.ring("target", targets[i], rings[i], counter);
        }
        copying.loadNext(rings, counter, targets);
    }

    @Override
    public void storeNext(Tensor source, Tensor ring, Tensor counter, Tensor cleared) {
        OperandChecks.ring("source", source, ring, counter);
        copying.storeNext(source, ring, counter, cleared);
    }

    @Override
    public void gemm(boolean transposeA, boolean transposeB, double alpha, Tensor a, Tensor b, double beta, Tensor c) {
        OperandChecks.gemm(transposeA, transposeB, a, b, c);
        products.gemm(transposeA, transposeB, alpha, a, b, beta, c);
    }

    @Override
    public void linear(Rows rows, Tensor input, Tensor weight, Tensor bias, Tensor residual, Tensor output) {
        OperandChecks.linear(rows, input, weight, bias, residual, output);
        products.linear(rows, input, weight, bias, residual, output);
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
        deferred.waitsBut(inputGradient);
        deferred.waitsBesidesBut(weightGradient);
        try {
            products.linearBackward(rows, outputGradient, input, weight, inputGradient, weightGradient, biasGradient);
        } finally {
            deferred.release();
        }
    }

    @Override
    public void embedding(
            Rows rows, Tensor tokens, Tensor positions, Tensor tokenTable, Tensor positionTable, Tensor output) {
        OperandChecks.embedding(rows, tokens, positions, tokenTable, positionTable, output);
        embedding.forward(rows, tokens, positions, tokenTable, positionTable, output);
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
        deferred.waitsBut(tokenTableGradient);
        deferred.waitsBesidesBut(positionTableGradient);
        try {
            // A model's last gradient: nothing is left that those which wait could wait for.
            columnSums.begin();
            embedding.backward(rows, tokens, positions, outputGradient, tokenTableGradient, positionTableGradient);
        } finally {
            deferred.release();
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
        activations.layerNorm(rows, epsilon, input, gain, bias, output, mean, inverseDeviation);
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
        Tensor residualSums = columnSums.take(rows, residualGradient);
        deferred.waitsBut(inputGradient);
        // Of a block that is over but for this norm; the next one overwrites what they are made of.
        columnSums.beginIfMany();
        deferred.waitsBesidesBut(gainGradient);
        deferred.waitsBesidesBut(biasGradient);
        deferred.waitsBesidesBut(residualSums);
        try {
            activations.layerNormBackward(
                    rows,
                    outputGradient,
                    input,
                    gain,
                    mean,
                    inverseDeviation,
                    residualGradient,
                    residualSums,
                    inputGradient,
                    gainGradient,
                    biasGradient);
        } finally {
            deferred.release();
        }
    }

    @Override
    public void gelu(Rows rows, Gelu kind, Tensor input, Tensor output) {
        OperandChecks.gelu(rows, input, output);
        activations.gelu(rows, kind, input, output);
    }

    @Override
    public void geluBackward(Rows rows, Gelu kind, Tensor outputGradient, Tensor input, Tensor inputGradient) {
        OperandChecks.geluBackward(rows, outputGradient, input, inputGradient);
        deferred.waitsBut(inputGradient);
        try {
            activations.geluBackward(rows, kind, outputGradient, input, inputGradient);
        } finally {
            deferred.release();
        }
    }

    @Override
    public void swiGlu(Rows rows, Tensor gate, Tensor up, Tensor output) {
        OperandChecks.swiGlu(rows, gate, up, output);
        swiGlu.forward(rows, gate, up, output);
    }

    @Override
    public void swiGluBackward(
            Rows rows, Tensor outputGradient, Tensor gate, Tensor up, Tensor gateGradient, Tensor upGradient) {
        OperandChecks.swiGluBackward(rows, outputGradient, gate, up, gateGradient, upGradient);
        deferred.waitsBut(gateGradient);
        deferred.waitsBesidesBut(upGradient);
        try {
            swiGlu.backward(rows, outputGradient, gate, up, gateGradient, upGradient);
        } finally {
            deferred.release();
        }
    }

    @Override
    public void rotary(Rows rows, RotaryShape shape, Tensor positions, Tensor angles, Tensor input, Tensor output) {
        OperandChecks.rotary(rows, shape, positions, angles, input, output);
        rotary.rotate(rows, shape, 1, positions, angles, input, output);
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
        deferred.waitsBut(inputGradient);
        try {
            rotary.rotate(rows, shape, -1, positions, angles, outputGradient, inputGradient);
        } finally {
            deferred.release();
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
        attention.forward(shape, queries, keys, query, key, value, probabilities, output);
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
        deferred.waitsBut(queryGradient);
        deferred.waitsBesidesBut(keyGradient);
        deferred.waitsBesidesBut(valueGradient);
        try {
            attention.backward(
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
        } finally {
            deferred.release();
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
        tiledAttention.forward(shape, queries, keys, query, key, value, logSums, output);
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
        tiledAttention.backward(
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
        crossEntropy.crossEntropy(rows, logits, targets, weights, logitsGradient, lossGradient, statistics);
    }

    @Override
    public void sequenceAccuracy(
            PackedSequences sequences, Tensor logits, Tensor targets, Tensor weights, Tensor statistics) {
        OperandChecks.crossEntropy(sequences, logits, targets, weights, null, statistics);
        crossEntropy.sequenceAccuracy(sequences, logits, targets, weights, statistics);
    }

    @Override
    public void axpy(double alpha, Tensor x, Tensor y) {
        OperandChecks.flat("x", x, "y", y);
        deferred.waitsBut(y);
        deferred.waitsBesidesBut(x);
        try {
            vectors.axpy(alpha, x, y);
        } finally {
            deferred.release();
        }
    }

    @Override
    public void scale(double alpha, Tensor x) {
        OperandChecks.flat("x", x);
        vectors.scale(alpha, x);
    }

    @Override
    public void normalize(Tensor squares, double added, double least, Tensor x) {
        OperandChecks.normalize(squares, x);
        vectors.normalize(squares, added, least, x);
    }

    @Override
    public void subtract(Tensor x, Tensor y, Tensor out) {
        OperandChecks.flat("x", x, "y", y);
        OperandChecks.flat("x", x, "out", out);
        vectors.subtract(x, y, out);
    }

    @Override
    public void dot(Tensor x, Tensor y, Tensor result) {
        OperandChecks.dot(x, y, result);
        vectors.dot(x, y, result);
    }

    @Override
    public void sumOfSquares(Tensor x, Tensor result) {
        OperandChecks.sumOfSquares(x, result);
        vectors.dot(x, x, result);
    }

    @Override
    public void beginOptimizerStep(Tensor squares, Tensor scheduled, Tensor hyperparameters) {
        OperandChecks.beginOptimizerStep(squares, scheduled, hyperparameters);
        optimizers.begin(squares, scheduled, hyperparameters);
    }

    @Override
    public void adamW(OptimizerArguments arguments) {
        OperandChecks.adamW(arguments);
        optimizers.adamW(arguments);
    }

    @Override
    public void adam(OptimizerArguments arguments) {
        OperandChecks.adam(arguments);
        optimizers.adam(arguments);
    }

    @Override
    public void sgd(OptimizerArguments arguments, boolean nesterov) {
        OperandChecks.sgd(arguments);
        optimizers.sgd(arguments, nesterov);
    }

    @Override
    public void gramRow(Tensor window, Tensor x, Tensor result) {
        OperandChecks.gramRow(window, x, result);
        vectors.gramRow(window, x, result);
    }

    @Override
    public void gramBlock(Tensor window, Tensor rows, Tensor result) {
        OperandChecks.gramBlock(window, rows, result);
        vectors.gramBlock(window, rows, result);
    }

    @Override
    public void combineRows(Tensor window, Tensor coefficients, Tensor out) {
        OperandChecks.combineRows(window, coefficients, out);
        vectors.combineRows(window, coefficients, out);
    }

    @Override
    public void uniform(PhiloxKey[] keys, double low, double high, Tensor out) {
        OperandChecks.random(keys, out);
        randomNumbers.uniform(keys, low, high, out);
    }

    @Override
    public void normal(PhiloxKey[] keys, double mean, double standardDeviation, Tensor out) {
        OperandChecks.random(keys, out);
        randomNumbers.normal(keys, mean, standardDeviation, out);
    }

    @Override
    public void sketch(SketchOperator operator, Tensor x, Tensor out) {
        OperandChecks.sketch(operator, x, out);
        randomNumbers.sketch(operator, x, out);
    }

    /** Closes the device: all work ends, and all of its memory goes. */
    @Override
    public void close() {
        device.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
