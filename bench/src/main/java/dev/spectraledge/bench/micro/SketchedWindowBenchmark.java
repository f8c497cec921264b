package dev.spectraledge.bench.micro;

import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.SketchOperator;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.linalg.SketchedWindow;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The sketched window of W = 10 updates and the usual number of rows, at the same sizes as the exact one. The traffic is
 * that of reading the update once, which is all that must be moved; the rest of the time draws the operator's entries. One call
 * with a Gaussian operator at the largest size takes a minute or so, hence the few iterations. The spectrum costs
 * what that of the exact window does.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 1, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class SketchedWindowBenchmark {

    private static final int WINDOW = 10;

    @Param({"131072", "2359296", "50000000"})
    public long parameters;

    @Param({"SPARSE_SIGN", "GAUSSIAN"})
    public SketchOperator.Kind kind;

    @Param({"1", "2"})
    public int workers;

    private Workers team;
    private SketchedWindow window;
    private Tensor update;

    @Setup(Level.Trial)
    public void allocate(CpuContext cpu) {
        team = new Workers(workers);
        SketchOperator operator = SketchedWindow.operator(kind, 10 * WINDOW, new PhiloxKey(42, 1));
        window = new SketchedWindow(cpu.backend, team, cpu.owner, operator, 1, WINDOW, parameters);
        update = cpu.normal(1, parameters);
    }

    @TearDown(Level.Trial)
    public void close() {
        team.close();
    }

    @Benchmark
    public void add(Traffic traffic) {
        window.add(update);
        traffic.add(parameters * Float.BYTES);
    }
}
