package dev.spectraledge.bench.micro;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.linalg.RollingGram;
import dev.spectraledge.kernels.linalg.WindowSpectrum;
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
 * The exact window of W = 10 updates, at the attention matrices of the Dyck and the SCAN model and at fifty million
 * parameters: what an update costs that is already in its place ({@code commit}), one that has to be copied there
 * ({@code add}), and the spectrum itself.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class GramWindowBenchmark {

    private static final int WINDOW = 10;

    @Param({"131072", "2359296", "50000000"})
    public long parameters;

    @Param({"1", "2"})
    public int workers;

    private Workers team;
    private RollingGram gram;
    private WindowSpectrum spectrum;
    private Tensor update;

    @Setup(Level.Trial)
    public void fill(CpuContext cpu) {
        team = new Workers(workers);
        gram = new RollingGram(cpu.backend, team, cpu.owner, DType.FLOAT32, 1, WINDOW, parameters);
        spectrum = new WindowSpectrum(1, WINDOW);
        update = cpu.normal(1, parameters);
        for (int row = 0; row <= WINDOW; row++) {
            cpu.fillNormal(gram.next());
            gram.commit();
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        team.close();
    }

    private long rows(int count) {
        return count * parameters * Float.BYTES;
    }

    /** Reads the new row, the W - 1 others of the window and the row that left it. */
    @Benchmark
    public void commit(Traffic traffic) {
        gram.commit();
        traffic.add(rows(WINDOW + 1));
    }

    /** The same after reading the update and writing it to its place, where it is then in cache or not. */
    @Benchmark
    public void add(Traffic traffic) {
        gram.add(update);
        traffic.add(rows(WINDOW + 2));
    }

    @Benchmark
    public double spectrum() {
        gram.spectrum(spectrum);
        return spectrum.singularValue(0, 0);
    }
}
