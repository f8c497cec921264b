package dev.spectraledge.bench.micro;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.RotaryShape;
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

/** {@link Backend#rotary} of the queries and keys of a small language model, in place in their projection. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class RotaryBenchmark {

    private static final int ROWS = 2048;
    private static final int HEADS = 8;
    private static final int HEAD_WIDTH = 64;

    @Param({"INTERLEAVED", "HALVES"})
    public RotaryShape.Pairing pairing;

    private CpuContext cpu;
    private FixedRows used;
    private RotaryShape shape;
    private Tensor positions;
    private Tensor angles;
    private Tensor projection;

    @Setup(Level.Trial)
    public void allocate(CpuContext context) {
        cpu = context;
        used = new FixedRows(ROWS);
        shape = new RotaryShape(2 * HEADS, HEAD_WIDTH, HEAD_WIDTH, pairing);
        positions = cpu.backend.allocate(cpu.owner, DType.INT32, 1, ROWS);
        for (int row = 0; row < ROWS; row++) {
            positions.set(row, 0, row);
        }
        angles = shape.angles(cpu.backend, cpu.owner, DType.FLOAT32, ROWS, 10_000);
        projection = cpu.normal(1, ROWS, 3L * HEADS * HEAD_WIDTH).slice(2, 0, shape.width());
    }

    @Benchmark
    public void forward(Traffic traffic) {
        cpu.backend.rotary(used, shape, positions, angles, projection, projection);
        traffic.add(2L * ROWS * shape.width() * Float.BYTES);
    }
}
