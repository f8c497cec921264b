package dev.spectraledge.bench.micro;

import dev.spectraledge.bindings.Blas;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** The three products of a linear layer through our facade of OpenBLAS, on one thread. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 2, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class GemmBenchmark {

    private Arena arena;
    private MemorySegment input;
    private MemorySegment weight;
    private MemorySegment output;

    @Setup(Level.Trial)
    public void allocate(GemmShapes shapes, Resolved resolved) {
        arena = Arena.ofShared();
        input = arena.allocateFrom(ValueLayout.JAVA_FLOAT, shapes.input());
        weight = arena.allocateFrom(ValueLayout.JAVA_FLOAT, shapes.weight());
        output = arena.allocateFrom(ValueLayout.JAVA_FLOAT, shapes.output());
    }

    @TearDown(Level.Trial)
    public void free() {
        arena.close();
    }

    /** Y = X·Wᵀ. */
    @Benchmark
    public void forward(GemmShapes shapes, Arithmetic arithmetic) {
        int in = shapes.in;
        int out = shapes.out;
        Blas.sgemm(false, true, shapes.rows, out, in, 1, input, in, weight, in, 0, output, out);
        arithmetic.add(shapes.operations());
    }

    /** dX = dY·W. */
    @Benchmark
    public void inputGradient(GemmShapes shapes, Arithmetic arithmetic) {
        int in = shapes.in;
        int out = shapes.out;
        Blas.sgemm(false, false, shapes.rows, in, out, 1, output, out, weight, in, 0, input, in);
        arithmetic.add(shapes.operations());
    }

    /** dW = dYᵀ·X. */
    @Benchmark
    public void weightGradient(GemmShapes shapes, Arithmetic arithmetic) {
        int in = shapes.in;
        int out = shapes.out;
        Blas.sgemm(true, false, out, in, shapes.rows, 1, output, out, input, in, 0, weight, in);
        arithmetic.add(shapes.operations());
    }
}
