package dev.spectraledge.bench.micro;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
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

/** {@link Backend#crossEntropy} over the classes of the Dyck model, with the gradient. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class CrossEntropyBenchmark {

    private static final int CLASSES = 13;

    @Param({"160", "330", "576", "1200"})
    public int rows;

    private CpuContext cpu;
    private FixedRows used;
    private Tensor logits;
    private Tensor targets;
    private Tensor weights;
    private Tensor gradient;
    private Tensor statistics;

    @Setup(Level.Trial)
    public void allocate(CpuContext context) {
        cpu = context;
        used = new FixedRows(rows);
        logits = cpu.normal(1, rows, CLASSES);
        targets = cpu.backend.allocate(cpu.owner, DType.INT32, 1, rows);
        for (int row = 0; row < rows; row++) {
            targets.set(row % CLASSES, 0, row);
        }
        weights = cpu.normal(1, rows);
        gradient = cpu.normal(1, rows, CLASSES);
        statistics = cpu.backend.allocate(cpu.owner, DType.FLOAT64, 1, 3);
    }

    @Benchmark
    public void forwardAndGradient(Traffic traffic) {
        cpu.backend.crossEntropy(used, logits, targets, weights, gradient, statistics);
        traffic.add(2L * rows * CLASSES * Float.BYTES);
    }
}
