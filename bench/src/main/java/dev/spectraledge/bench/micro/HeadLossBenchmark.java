package dev.spectraledge.bench.micro;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.HeadLoss;
import dev.spectraledge.kernels.LossGradient;
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

/** {@link HeadLoss} of 1,024 tokens and 4,096 classes, by the rows of a chunk; the last takes all at once. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class HeadLossBenchmark {

    private static final int ROWS = 1024;
    private static final int CLASSES = 4096;
    private static final int WIDTH = 320;

    @Param({"32", "64", "128", "256", "1024"})
    public int chunkRows;

    private FixedRows used;
    private HeadLoss head;
    private Tensor statistics;

    @Setup(Level.Trial)
    public void allocate(CpuContext cpu) {
        used = new FixedRows(ROWS);
        Tensor targets = cpu.backend.allocate(cpu.owner, DType.INT32, 1, ROWS);
        for (int row = 0; row < ROWS; row++) {
            targets.set(row * 7 % CLASSES, 0, row);
        }
        statistics = cpu.backend.allocate(cpu.owner, DType.FLOAT64, 1, 3);
        head = new HeadLoss(
                cpu.backend,
                cpu.owner,
                cpu.normal(1, ROWS, WIDTH),
                cpu.normal(1, CLASSES, WIDTH),
                targets,
                cpu.normal(1, ROWS),
                cpu.normal(1, ROWS, WIDTH),
                cpu.normal(1, CLASSES, WIDTH),
                chunkRows);
    }

    @Benchmark
    public void differentiate(Arithmetic arithmetic) {
        head.differentiate(used, LossGradient.ACCURATE, statistics);
        arithmetic.add(6L * ROWS * CLASSES * WIDTH);
    }
}
