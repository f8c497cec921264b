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

/** {@link Backend#rmsNorm} and its backward at the widths of small language models. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class RmsNormBenchmark {

    private static final int ROWS = 2048;
    private static final double EPSILON = 1e-5;

    @Param({"128", "192", "320", "768"})
    public int width;

    private CpuContext cpu;
    private FixedRows used;
    private Tensor input;
    private Tensor gain;
    private Tensor output;
    private Tensor inverse;
    private Tensor inputGradient;
    private Tensor gainGradient;

    @Setup(Level.Trial)
    public void allocate(CpuContext context) {
        cpu = context;
        used = new FixedRows(ROWS);
        input = cpu.normal(1, ROWS, width);
        gain = cpu.normal(1, width);
        output = cpu.normal(1, ROWS, width);
        inverse = cpu.normal(1, ROWS);
        inputGradient = cpu.normal(1, ROWS, width);
        gainGradient = cpu.normal(1, width);
        forward(new Traffic());
    }

    private long bytesOfActivation() {
        return (long) ROWS * width * Float.BYTES;
    }

    @Benchmark
    public void forward(Traffic traffic) {
        cpu.backend.rmsNorm(used, EPSILON, input, gain, output, inverse);
        traffic.add(2 * bytesOfActivation());
    }

    @Benchmark
    public void backward(Traffic traffic) {
        cpu.backend.rmsNormBackward(used, output, input, gain, inverse, null, inputGradient, gainGradient);
        traffic.add(3 * bytesOfActivation());
    }
}
