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

/** The operations on flat vectors, at the parameter counts of the Dyck and the SCAN model. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class VectorBenchmark {

    @Param({"273421", "3979529"})
    public long parameters;

    private CpuContext cpu;
    private Tensor x;
    private Tensor y;
    private Tensor out;
    private Tensor result;
    private Tensor squares;
    private Tensor one;

    @Setup(Level.Trial)
    public void allocate(CpuContext context) {
        cpu = context;
        x = cpu.normal(1, parameters);
        y = cpu.normal(1, parameters);
        out = cpu.normal(1, parameters);
        result = cpu.backend.allocate(cpu.owner, DType.FLOAT64, 1);
        squares = cpu.backend.allocate(cpu.owner, DType.FLOAT64, 1);
        one = cpu.backend.allocate(cpu.owner, DType.FLOAT64, 1);
        one.set(1, 0);
    }

    private long vectors(int count) {
        return count * parameters * Float.BYTES;
    }

    @Benchmark
    public void copy(Traffic traffic) {
        cpu.backend.copy(x, out);
        traffic.add(vectors(2));
    }

    @Benchmark
    public void fill(Traffic traffic) {
        cpu.backend.fill(out, 0);
        traffic.add(vectors(1));
    }

    @Benchmark
    public void axpy(Traffic traffic) {
        cpu.backend.axpy(1e-9, x, y);
        traffic.add(vectors(3));
    }

    /** By one, so that the values stay normal numbers however often it runs. */
    @Benchmark
    public void scale(Traffic traffic) {
        cpu.backend.scale(1, x);
        traffic.add(vectors(2));
    }

    /** By a norm of one. */
    @Benchmark
    public void normalize(Traffic traffic) {
        cpu.backend.normalize(one, 0, 0, x);
        traffic.add(vectors(2));
    }

    @Benchmark
    public void subtract(Traffic traffic) {
        cpu.backend.subtract(x, y, out);
        traffic.add(vectors(3));
    }

    @Benchmark
    public void subtractWithProducts(Traffic traffic) {
        cpu.backend.subtract(x, y, out, result, squares);
        traffic.add(vectors(3));
    }

    /** y holds x afterwards, which changes nothing of what is moved. */
    @Benchmark
    public void advance(Traffic traffic) {
        cpu.backend.advance(x, y, out, result, squares);
        traffic.add(vectors(4));
    }

    @Benchmark
    public void dot(Traffic traffic) {
        cpu.backend.dot(x, y, result);
        traffic.add(vectors(2));
    }

    @Benchmark
    public void sumOfSquares(Traffic traffic) {
        cpu.backend.sumOfSquares(x, result);
        traffic.add(vectors(1));
    }
}
