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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** {@link Backend#linear} and its backward at the layers of the Dyck model. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class LinearBenchmark {

    private CpuContext cpu;
    private FixedRows rows;
    private Tensor input;
    private Tensor weight;
    private Tensor bias;
    private Tensor output;
    private Tensor inputGradient;
    private Tensor weightGradient;
    private Tensor biasGradient;

    @Setup(Level.Trial)
    public void allocate(CpuContext context, GemmShapes shapes) {
        cpu = context;
        rows = new FixedRows(shapes.rows);
        input = cpu.normal(1, shapes.rows, shapes.in);
        weight = cpu.normal(1, shapes.out, shapes.in);
        bias = cpu.normal(1, shapes.out);
        output = cpu.normal(1, shapes.rows, shapes.out);
        inputGradient = cpu.normal(1, shapes.rows, shapes.in);
        weightGradient = cpu.normal(1, shapes.out, shapes.in);
        biasGradient = cpu.normal(1, shapes.out);
    }

    @Benchmark
    public void forward(GemmShapes shapes, Arithmetic arithmetic) {
        cpu.backend.linear(rows, input, weight, bias, null, output);
        arithmetic.add(shapes.operations());
    }

    @Benchmark
    public void backward(GemmShapes shapes, Arithmetic arithmetic) {
        cpu.backend.linearBackward(rows, output, input, weight, inputGradient, weightGradient, biasGradient);
        arithmetic.add(2 * shapes.operations());
    }
}
