package dev.spectraledge.bench.micro;

import java.util.concurrent.TimeUnit;
import org.ejml.EjmlVersion;
import org.ejml.data.FMatrixRMaj;
import org.ejml.dense.row.CommonOps_FDRM;
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

/** The same products in EJML: plain Java. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class EjmlGemmBenchmark {

    private FMatrixRMaj input;
    private FMatrixRMaj weight;
    private FMatrixRMaj output;

    @Setup(Level.Trial)
    public void allocate(GemmShapes shapes) {
        System.out.println("# resolved: EJML " + EjmlVersion.VERSION);
        input = FMatrixRMaj.wrap(shapes.rows, shapes.in, shapes.input());
        weight = FMatrixRMaj.wrap(shapes.out, shapes.in, shapes.weight());
        output = FMatrixRMaj.wrap(shapes.rows, shapes.out, shapes.output());
    }

    /** Y = X·Wᵀ. */
    @Benchmark
    public void forward(GemmShapes shapes, Arithmetic arithmetic) {
        CommonOps_FDRM.multTransB(input, weight, output);
        arithmetic.add(shapes.operations());
    }

    /** dX = dY·W. */
    @Benchmark
    public void inputGradient(GemmShapes shapes, Arithmetic arithmetic) {
        CommonOps_FDRM.mult(output, weight, input);
        arithmetic.add(shapes.operations());
    }

    /** dW = dYᵀ·X. */
    @Benchmark
    public void weightGradient(GemmShapes shapes, Arithmetic arithmetic) {
        CommonOps_FDRM.multTransA(output, input, weight);
        arithmetic.add(shapes.operations());
    }
}
