package dev.spectraledge.bench.micro;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** {@link Backend#tiledAttention} and its backward beside {@link Backend#attention}, with the heads of small language models. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class TiledAttentionBenchmark {

    private static final int WIDTH = 256;

    @Param({"32", "64"})
    public int headWidth;

    /** Sequences x length. */
    @Param({"16x128", "8x256", "2x1024", "1x2048"})
    public String batch;

    private CpuContext cpu;
    private AttentionShape shape;
    private PackedSequences sequences;
    private Tensor query;
    private Tensor key;
    private Tensor value;
    private Tensor probabilities;
    private Tensor logSums;
    private Tensor output;
    private Tensor queryGradient;
    private Tensor keyGradient;
    private Tensor valueGradient;
    private long operationsForward;

    @Setup(Level.Trial)
    public void allocate(CpuContext context) {
        cpu = context;
        int cross = batch.indexOf('x');
        int count = Integer.parseInt(batch.substring(0, cross));
        int length = Integer.parseInt(batch.substring(cross + 1));
        int rows = count * length;
        sequences = new PackedSequences(cpu.owner, 1, count, rows);
        for (int sequence = 0; sequence < count; sequence++) {
            sequences.append(0, length);
        }
        shape = new AttentionShape(WIDTH / headWidth, headWidth, true);
        int width = shape.width();
        Tensor projection = cpu.normal(1, rows, 3L * width);
        query = projection.slice(2, 0, width);
        key = projection.slice(2, width, 2L * width);
        value = projection.slice(2, 2L * width, 3L * width);
        probabilities = cpu.normal(1, rows, shape.heads(), length);
        logSums = cpu.normal(1, rows, shape.heads());
        output = cpu.normal(1, rows, width);
        Tensor projectionGradient = cpu.normal(1, rows, 3L * width);
        long visiblePairs = (long) count * length * (length + 1) / 2;
        operationsForward = 4 * visiblePairs * width;
        cpu.backend.attention(shape, sequences, sequences, query, key, value, probabilities, output);
        cpu.backend.tiledAttention(shape, sequences, sequences, query, key, value, logSums, output);
        queryGradient = projectionGradient.slice(2, 0, width);
        keyGradient = projectionGradient.slice(2, width, 2L * width);
        valueGradient = projectionGradient.slice(2, 2L * width, 3L * width);
    }

    @Benchmark
    public void tiledForward(Arithmetic arithmetic) {
        cpu.backend.tiledAttention(shape, sequences, sequences, query, key, value, logSums, output);
        arithmetic.add(operationsForward);
    }

    @Benchmark
    public void tiledBackward(Arithmetic arithmetic) {
        cpu.backend.tiledAttentionBackward(
                shape,
                sequences,
                sequences,
                output,
                query,
                key,
                value,
                output,
                logSums,
                queryGradient,
                keyGradient,
                valueGradient);
        arithmetic.add(2 * operationsForward);
    }

    @Benchmark
    public void forward(Arithmetic arithmetic) {
        cpu.backend.attention(shape, sequences, sequences, query, key, value, probabilities, output);
        arithmetic.add(operationsForward);
    }

    @Benchmark
    public void backward(Arithmetic arithmetic) {
        cpu.backend.attentionBackward(
                shape,
                sequences,
                sequences,
                output,
                query,
                key,
                value,
                probabilities,
                queryGradient,
                keyGradient,
                valueGradient);
        arithmetic.add(2 * operationsForward);
    }
}
