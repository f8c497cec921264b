package dev.spectraledge.bench.micro;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.SketchOperator;
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

/** {@link Backend#sketch} with d = 10 W = 100 rows over the attention matrices of the Dyck model. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class SketchBenchmark {

    private static final long PARAMETERS = 131_072;
    private static final int ROWS = 100;
    private static final int NONZEROS = 8;

    @Param({"GAUSSIAN", "SPARSE_SIGN"})
    public SketchOperator.Kind kind;

    private CpuContext cpu;
    private SketchOperator operator;
    private Tensor x;
    private Tensor out;

    @Setup(Level.Trial)
    public void allocate(CpuContext context) {
        cpu = context;
        operator = new SketchOperator(kind, ROWS, NONZEROS, new PhiloxKey(42, 9));
        x = cpu.normal(1, PARAMETERS);
        out = cpu.backend.allocate(cpu.owner, DType.FLOAT64, 1, ROWS);
    }

    /** The operations of the product alone, without drawing the entries of the operator. */
    @Benchmark
    public void sketch(Arithmetic arithmetic) {
        cpu.backend.sketch(operator, x, out);
        arithmetic.add(2 * PARAMETERS * (kind == SketchOperator.Kind.GAUSSIAN ? ROWS : NONZEROS));
    }
}
