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

/** {@link Backend#layerNorm} and its backward at the width of the Dyck model. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class LayerNormBenchmark {

    private static final int WIDTH = 128;
    private static final double EPSILON = 1e-5;

    @Param({"160", "330", "576", "1200"})
    public int rows;

    private CpuContext cpu;
    private FixedRows used;
    private Tensor input;
    private Tensor gain;
    private Tensor bias;
    private Tensor output;
    private Tensor mean;
    private Tensor inverseDeviation;
    private Tensor inputGradient;
    private Tensor gainGradient;
    private Tensor biasGradient;

    @Setup(Level.Trial)
    public void allocate(CpuContext context) {
        cpu = context;
        used = new FixedRows(rows);
        input = cpu.normal(1, rows, WIDTH);
        gain = cpu.normal(1, WIDTH);
        bias = cpu.normal(1, WIDTH);
        output = cpu.normal(1, rows, WIDTH);
        mean = cpu.normal(1, rows);
        inverseDeviation = cpu.normal(1, rows);
        inputGradient = cpu.normal(1, rows, WIDTH);
        gainGradient = cpu.normal(1, WIDTH);
        biasGradient = cpu.normal(1, WIDTH);
        forward(new Traffic());
    }

    private long bytesOfActivation() {
        return (long) rows * WIDTH * Float.BYTES;
    }

    @Benchmark
    public void forward(Traffic traffic) {
        cpu.backend.layerNorm(used, EPSILON, input, gain, bias, output, mean, inverseDeviation);
        traffic.add(2 * bytesOfActivation());
    }

    @Benchmark
    public void backward(Traffic traffic) {
        cpu.backend.layerNormBackward(
                used, output, input, gain, mean, inverseDeviation, null, inputGradient, gainGradient, biasGradient);
        traffic.add(3 * bytesOfActivation());
    }
}
