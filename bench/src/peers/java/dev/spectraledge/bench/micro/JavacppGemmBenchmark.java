package dev.spectraledge.bench.micro;

import java.util.concurrent.TimeUnit;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.openblas.global.openblas;
import org.bytedeco.openblas.presets.openblas_nolapack;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The same products on the same OpenBLAS through JavaCPP. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class JavacppGemmBenchmark {

    private static final int ROW_MAJOR = openblas.CblasRowMajor;
    private static final int AS_STORED = openblas.CblasNoTrans;
    private static final int TRANSPOSED = openblas.CblasTrans;

    private FloatPointer input;
    private FloatPointer weight;
    private FloatPointer output;

    @Setup(Level.Trial)
    public void allocate(GemmShapes shapes) {
        openblas_nolapack.blas_set_num_threads(1);
        System.out.println(
                "# resolved: org.bytedeco:openblas, " + openblas_nolapack.blas_get_num_threads() + " thread(s)");
        input = new FloatPointer(shapes.input());
        weight = new FloatPointer(shapes.weight());
        output = new FloatPointer(shapes.output());
    }

    @TearDown(Level.Trial)
    public void free() {
        input.deallocate();
        weight.deallocate();
        output.deallocate();
    }

    /** Y = X·Wᵀ. */
    @Benchmark
    public void forward(GemmShapes shapes, Arithmetic arithmetic) {
        int in = shapes.in;
        int out = shapes.out;
        openblas.cblas_sgemm(
                ROW_MAJOR, AS_STORED, TRANSPOSED, shapes.rows, out, in, 1, input, in, weight, in, 0, output, out);
        arithmetic.add(shapes.operations());
    }

    /** dX = dY·W. */
    @Benchmark
    public void inputGradient(GemmShapes shapes, Arithmetic arithmetic) {
        int in = shapes.in;
        int out = shapes.out;
        openblas.cblas_sgemm(
                ROW_MAJOR, AS_STORED, AS_STORED, shapes.rows, in, out, 1, output, out, weight, in, 0, input, in);
        arithmetic.add(shapes.operations());
    }

    /** dW = dYᵀ·X. */
    @Benchmark
    public void weightGradient(GemmShapes shapes, Arithmetic arithmetic) {
        int in = shapes.in;
        int out = shapes.out;
        openblas.cblas_sgemm(
                ROW_MAJOR, TRANSPOSED, AS_STORED, out, in, shapes.rows, 1, output, out, input, in, 0, weight, in);
        arithmetic.add(shapes.operations());
    }
}
