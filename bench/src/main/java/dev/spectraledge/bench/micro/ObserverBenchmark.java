package dev.spectraledge.bench.micro;

import dev.spectraledge.analysis.online.SpectralObserver;
import dev.spectraledge.analysis.online.SpectrumLog;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.bench.dyck.DyckTraining;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.io.ExistingRows;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.optimizer.DecayedParameters;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.training.ObserverFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A training step while the attention matrices are watched with a window of W = 10 updates: by nobody, at every step, and
 * at every 50th. The rows of the spectrum go to a temporary file. What an observer calls is compiled before, by observing a
 * rehearsal, that of every 50th step at every second one: two thousand observations would take four minutes otherwise. What
 * compilation costs a run is in its summary.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 2,
        jvmArgsAppend = {JvmFlags.NATIVE_ACCESS, JvmFlags.DENY_OTHERS, JvmFlags.VECTOR, JvmFlags.UNSAFE})
public class ObserverBenchmark {

    private static final int WINDOW = 10;
    private static final String NOBODY = "never";
    private static final int REHEARSED_STEPS = 4_000;
    private static final int STRETCH = 8;

    @Param({NOBODY, "1", "50"})
    public String stride;

    @Param({"1", "2"})
    public int workers;

    /** Updates that are taken in one pass over the window, at most. */
    @Param("8")
    public int block;

    private DyckTraining training;
    private long leastBytes;
    private MemoryOwner owner;
    private Path folder;
    private List<SpectralObserver> observers;

    @Setup(Level.Trial)
    public void start(Resolved resolved) throws IOException {
        owner = MemoryOwner.open("observer");
        folder = Files.createTempDirectory("observer-benchmark");
        if (!stride.equals(NOBODY)) {
            rehearse();
        }
        leastBytes = stride.equals(NOBODY) ? 0 : leastBytes(every());
        training = DyckTraining.published(Batching.DEDUPLICATED, workers, this::observers);
        if (training.trainer().longestStretch() != STRETCH) {
            throw new IllegalStateException("a run does " + training.trainer().longestStretch()
                    + " steps at a time, and this benchmark " + STRETCH);
        }
    }

    /**
     * Per step: an update is formed from two snapshots and written, and a pass over the window reads its W rows and those of
     * the block.
     */
    private long leastBytes(int every) {
        int rows = rowsOfPass();
        double vectors = 3 + (double) (WINDOW + rows) / rows;
        return Math.round(vectors * DyckTraining.ATTENTION_PARAMETERS * Float.BYTES / every);
    }

    private int every() {
        return Integer.parseInt(stride);
    }

    /** Updates in one pass over the window. */
    private int rowsOfPass() {
        return Math.max(1, block / every());
    }

    private void rehearse() throws IOException {
        List<SpectralObserver> made = new ArrayList<>();
        try (DyckTraining rehearsal = DyckTraining.published(Batching.DEDUPLICATED, workers, (backend, team) -> {
            made.add(observer(backend, team, Math.min(2, every())));
            return made;
        })) {
            for (int last = STRETCH; last <= REHEARSED_STEPS; last += STRETCH) {
                rehearsal.trainer().advanceTo(last, step -> {});
            }
        }
        made.forEach(SpectralObserver::close);
        Files.delete(folder.resolve("spectrum.csv"));
    }

    private List<SpectralObserver> observers(Backend backend, Workers team) {
        observers = stride.equals(NOBODY) ? List.of() : List.of(observer(backend, team, every()));
        return observers;
    }

    private SpectralObserver observer(Backend backend, Workers team, int every) {
        SpectrumLog log = new SpectrumLog(
                folder.resolve("spectrum.csv"),
                new ProductHistory(WINDOW, SpectralObserver.decaySource(every, true)),
                null,
                1,
                DyckTraining.ATTENTION_PARAMETERS,
                ExistingRows.DROP);
        ObserverFactory.Context context = new ObserverFactory.Context(
                backend,
                owner,
                team,
                DType.FLOAT32,
                DyckTraining.ATTENTION_PARAMETERS,
                new ParameterLayout(List.of(), List.of()),
                DecayedParameters.ALL,
                true,
                true,
                rowsOfPass(),
                1,
                List.of(),
                ExistingRows.DROP);
        return new SpectralObserver("benchmark", every, ParameterSubset.ATTENTION, context, List.of(log));
    }

    /** A training of the same team that nobody watches. */
    DyckTraining another() {
        return training.another(Batching.DEDUPLICATED, DyckTraining.Observers.NONE);
    }

    @TearDown(Level.Trial)
    public void stop() throws IOException {
        observers.forEach(SpectralObserver::close);
        training.close();
        owner.close();
        Files.deleteIfExists(folder.resolve("spectrum.csv"));
        Files.delete(folder);
    }

    /** As a run does them, a stretch of steps at a time: between two stretches all observations are made. */
    @Benchmark
    @OperationsPerInvocation(STRETCH)
    public double step(ObserverTime time) {
        StepTrainer trainer = training.trainer();
        long trainedBefore = trainer.stepNanos();
        long observedBefore = trainer.observerNanos();
        trainer.advanceTo(trainer.stepsDone() + STRETCH, step -> {});
        time.trainingNanos += trainer.stepNanos() - trainedBefore;
        time.observerNanos += trainer.observerNanos() - observedBefore;
        time.observerBytes += STRETCH * leastBytes;
        return trainer.loss(0);
    }

    /** A stretch of these steps and one of steps that nobody watches, in turns: what the time of a whole step becomes. */
    @Benchmark
    @OperationsPerInvocation(STRETCH)
    public double besideUnwatched(UnwatchedTraining unwatched, StepTimes times) {
        StepTrainer watched = training.trainer();
        StepTrainer other = unwatched.trainer();
        if (times.isWatchedFirst()) {
            times.watchedNanos += stretchNanos(watched);
            times.plainNanos += stretchNanos(other);
        } else {
            times.plainNanos += stretchNanos(other);
            times.watchedNanos += stretchNanos(watched);
        }
        return watched.loss(0) + other.loss(0);
    }

    private static long stretchNanos(StepTrainer trainer) {
        long begin = System.nanoTime();
        trainer.advanceTo(trainer.stepsDone() + STRETCH, step -> {});
        return System.nanoTime() - begin;
    }
}
