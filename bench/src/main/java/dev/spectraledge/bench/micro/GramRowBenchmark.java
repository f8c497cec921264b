package dev.spectraledge.bench.micro;

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

/** A new row of the Gram matrix and a combination of the window, W = 10, by one worker. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class GramRowBenchmark {

    private static final int WINDOW = 10;
    private static final int BLOCK = 8;

    @Param({"131072", "2359296"})
    public long parameters;

    private CpuContext cpu;
    private Tensor window;
    private Tensor x;
    private Tensor products;
    private Tensor coefficients;
    private Tensor stored;
    private Tensor block;
    private Tensor blockProducts;
    private Tensor bandProducts;

    @Setup(Level.Trial)
    public void allocate(CpuContext context) {
        cpu = context;
        window = cpu.normal(1, WINDOW, parameters);
        x = cpu.normal(1, parameters);
        products = cpu.backend.allocate(cpu.owner, DType.FLOAT64, 1, WINDOW);
        stored = cpu.normal(1, WINDOW + BLOCK, parameters);
        block = stored.slice(1, WINDOW, WINDOW + BLOCK);
        blockProducts = cpu.backend.allocate(cpu.owner, DType.FLOAT64, 1, BLOCK, WINDOW + BLOCK);
        bandProducts = cpu.backend.allocate(cpu.owner, DType.FLOAT64, 1, BLOCK, WINDOW + 1);
        coefficients = cpu.backend.allocate(cpu.owner, DType.FLOAT64, 1, WINDOW);
        for (int row = 0; row < WINDOW; row++) {
            coefficients.set(0.1 * (row + 1), 0, row);
        }
    }

    private long bytes() {
        return (WINDOW + 1) * parameters * Float.BYTES;
    }

    @Benchmark
    public void gramRow(Traffic traffic) {
        cpu.backend.gramRow(window, x, products);
        traffic.add(bytes());
    }

    /** Products of eight rows with the window, and with each other. */
    @Benchmark
    public void gramBlock(Traffic traffic) {
        cpu.backend.gramBlock(stored, block, blockProducts);
        traffic.add((WINDOW + BLOCK) * parameters * Float.BYTES);
    }

    /** Products of eight rows of a ring with themselves and the ten before each. */
    @Benchmark
    public void gramBand(Traffic traffic) {
        cpu.backend.gramBand(stored, WINDOW, bandProducts);
        traffic.add((WINDOW + BLOCK) * parameters * Float.BYTES);
    }

    @Benchmark
    public void combineRows(Traffic traffic) {
        cpu.backend.combineRows(window, coefficients, x);
        traffic.add(bytes());
    }
}
