package dev.spectraledge.bench.micro;

import dev.ludovic.netlib.blas.BLAS;
import dev.ludovic.netlib.blas.JavaBLAS;
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

/**
 * The same products in netlib's Java BLAS, which uses the Vector API. It is column-major, so each row-major product is
 * asked for as the product of the transposes.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class NetlibGemmBenchmark {

    private BLAS blas;
    private float[] input;
    private float[] weight;
    private float[] output;

    @Setup(Level.Trial)
    public void allocate(GemmShapes shapes) {
        blas = JavaBLAS.getInstance();
        System.out.println("# resolved: netlib " + blas.getClass().getName());
        input = shapes.input();
        weight = shapes.weight();
        output = shapes.output();
    }

    /** Y = X·Wᵀ, that is Yᵀ = W·Xᵀ. */
    @Benchmark
    public void forward(GemmShapes shapes, Arithmetic arithmetic) {
        int in = shapes.in;
        int out = shapes.out;
        blas.sgemm("T", "N", out, shapes.rows, in, 1, weight, in, input, in, 0, output, out);
        arithmetic.add(shapes.operations());
    }

    /** dX = dY·W, that is dXᵀ = Wᵀ·dYᵀ. */
    @Benchmark
    public void inputGradient(GemmShapes shapes, Arithmetic arithmetic) {
        int in = shapes.in;
        int out = shapes.out;
        blas.sgemm("N", "N", in, shapes.rows, out, 1, weight, in, output, out, 0, input, in);
        arithmetic.add(shapes.operations());
    }

    /** dW = dYᵀ·X, that is dWᵀ = Xᵀ·dY. */
    @Benchmark
    public void weightGradient(GemmShapes shapes, Arithmetic arithmetic) {
        int in = shapes.in;
        int out = shapes.out;
        blas.sgemm("N", "T", in, out, shapes.rows, 1, input, in, output, out, 0, weight, in);
        arithmetic.add(shapes.operations());
    }
}
