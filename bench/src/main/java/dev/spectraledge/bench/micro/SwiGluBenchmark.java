package dev.spectraledge.bench.micro;

import dev.spectraledge.kernels.Backend;
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

/** {@link Backend#swiGlu} and its backward at the feed-forward widths of small language models. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class SwiGluBenchmark {

    private static final int ROWS = 2048;

    @Param({"512", "2048"})
    public int width;

    private CpuContext cpu;
    private FixedRows used;
    private Tensor gate;
    private Tensor up;
    private Tensor output;
    private Tensor gateGradient;
    private Tensor upGradient;

    @Setup(Level.Trial)
    public void allocate(CpuContext context) {
        cpu = context;
        used = new FixedRows(ROWS);
        Tensor projection = cpu.normal(1, ROWS, 2L * width);
        Tensor projectionGradient = cpu.normal(1, ROWS, 2L * width);
        gate = projection.slice(2, 0, width);
        up = projection.slice(2, width, 2L * width);
        output = cpu.normal(1, ROWS, width);
        gateGradient = projectionGradient.slice(2, 0, width);
        upGradient = projectionGradient.slice(2, width, 2L * width);
    }

    private long bytesOfActivation() {
        return (long) ROWS * width * Float.BYTES;
    }

    @Benchmark
    public void forward(Traffic traffic) {
        cpu.backend.swiGlu(used, gate, up, output);
        traffic.add(3 * bytesOfActivation());
    }

    @Benchmark
    public void backward(Traffic traffic) {
        cpu.backend.swiGluBackward(used, output, gate, up, gateGradient, upGradient);
        traffic.add(5 * bytesOfActivation());
    }
}
