package dev.spectraledge.bench.micro;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Gelu;
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

/** {@link Backend#gelu} and its backward at the feed-forward width of the Dyck model. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class GeluBenchmark {

    private static final int WIDTH = 256;

    @Param({"160", "330", "576", "1200"})
    public int rows;

    @Param({"ERF", "TANH"})
    public Gelu kind;

    private CpuContext cpu;
    private FixedRows used;
    private Tensor input;
    private Tensor output;
    private Tensor inputGradient;

    @Setup(Level.Trial)
    public void allocate(CpuContext context) {
        cpu = context;
        used = new FixedRows(rows);
        input = cpu.normal(1, rows, WIDTH);
        output = cpu.normal(1, rows, WIDTH);
        inputGradient = cpu.normal(1, rows, WIDTH);
    }

    private long bytesOfActivation() {
        return (long) rows * WIDTH * Float.BYTES;
    }

    @Benchmark
    public void forward(Traffic traffic) {
        cpu.backend.gelu(used, kind, input, output);
        traffic.add(2 * bytesOfActivation());
    }

    @Benchmark
    public void backward(Traffic traffic) {
        cpu.backend.geluBackward(used, kind, output, input, inputGradient);
        traffic.add(3 * bytesOfActivation());
    }
}
