package dev.spectraledge.analysis.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.nulls.NullTable;
import dev.spectraledge.analysis.spectrum.DecaySource;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.analysis.spectrum.SyntheticTrajectory;
import dev.spectraledge.analysis.spectrum.WindowDiagnostics;
import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.reference.ReferenceBackend;
import dev.spectraledge.trainer.EdgeReading;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.ExistingRows;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.optimizer.DecayedParameters;
import dev.spectraledge.trainer.training.ObserverFactory;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpectralObserverTest {
    private static final int WINDOW = 5;
    private static final int UPDATES = 14;
    private static final int SIZE = 100;
    private static final int NULL_EVERY = 3;
    private static final double DECAY_FACTOR = 0.03;
    private static final int BLOCK = 8;

    private final MemoryOwner owner = MemoryOwner.open("observer test");
    private final Workers workers = new Workers(2);

    private final SyntheticTrajectory first = new SyntheticTrajectory(1, UPDATES, SIZE, DECAY_FACTOR, 0.05);
    private final SyntheticTrajectory second = new SyntheticTrajectory(2, UPDATES, SIZE, DECAY_FACTOR, 0.05);

    @TempDir
    private Path folder;

    @AfterEach
    void release() {
        workers.close();
        owner.close();
    }

    private SpectralObserver observer(int stride, int runs, DType type, ExistingRows existing, Path target) {
        return observer(stride, runs, type, existing, target, BLOCK, 1);
    }

    private SpectralObserver observer(
            int stride, int runs, DType type, ExistingRows existing, Path target, int block, int queued) {
        List<SpectrumLog> logs = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            ProductHistory history = new ProductHistory(WINDOW, SpectralObserver.decaySource(stride, true));
            NullTable nulls = nullTable(target.resolve("null" + run + ".csv"), run, existing);
            Path file = target.resolve("spectrum" + run + ".csv");
            logs.add(new SpectrumLog(file, history, nulls, NULL_EVERY, SIZE, existing));
        }
        return observer(stride, context(new ReferenceBackend(), workers, type, SIZE, block, queued), logs);
    }

    private static SpectralObserver observer(int stride, ObserverFactory.Context context, List<SpectrumLog> logs) {
        return new SpectralObserver("edge", stride, ParameterSubset.ATTENTION, context, logs);
    }

    private ObserverFactory.Context context(
            Backend backend, Workers team, DType type, long size, int block, int queued) {
        return new ObserverFactory.Context(
                backend,
                owner,
                team,
                type,
                size,
                new ParameterLayout(List.of(), List.of()),
                DecayedParameters.ALL,
                true,
                true,
                block,
                queued,
                List.of(),
                ExistingRows.DROP);
    }

    /** Observes updates [from, to), whose results are absorbed as soon as they are there. */
    private static void observe(SpectralObserver observer, ReplayedUpdate replay, int from, int to) {
        int absorbed = from;
        for (int index = from; index < to; index++) {
            observer.record(replay.load(index));
            if (index == to - 1) {
                observer.complete();
            }
            absorbed = absorb(observer, replay, from, absorbed, index + 1 - observer.pending());
        }
    }

    private static int absorb(SpectralObserver observer, ReplayedUpdate replay, int from, int absorbed, int complete) {
        if (complete > absorbed) {
            observer.fetch(complete - from);
        }
        for (int index = absorbed; index < complete; index++) {
            observer.absorb((index + 1L) * observer.stride(), replay.update);
        }
        return complete;
    }

    private static NullTable nullTable(Path file, int run, ExistingRows existing) {
        return new NullTable(file, WINDOW, false, 19, new PhiloxKey(42, run), existing);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50})
    void rowsAreTheDiagnosticsOfEachRunsUpdates(int stride) {
        ReplayedUpdate replay = new ReplayedUpdate(owner, DType.FLOAT64, stride, first, second);
        try (SpectralObserver observer = observer(stride, 2, DType.FLOAT64, ExistingRows.DROP, folder)) {
            observe(observer, replay, 0, UPDATES);
        }
        requireRows(first, stride, folder.resolve("spectrum0.csv"));
        requireRows(second, stride, folder.resolve("spectrum1.csv"));
    }

    private static void requireRows(SyntheticTrajectory trajectory, int stride, Path file) {
        CsvReader table = CsvReader.read(file);
        assertThat(table.rows()).isEqualTo(UPDATES - 1);
        WindowDiagnostics expected = new WindowDiagnostics(WINDOW, SIZE);
        List<String> columns = WindowDiagnostics.columns(WINDOW);
        for (int row = 0; row < table.rows(); row++) {
            assertThat(table.column("step")[row]).isEqualTo((row + 2.0) * stride);
            assertThat(table.column("stride")[row]).isEqualTo(stride);
            expected.compute(trajectory.history(WINDOW, DecaySource.ACCUMULATED, row + 2));
            for (int column = 0; column < columns.size(); column++) {
                String name = columns.get(column);
                double value = expected.value(column);
                double actual = table.column(name)[row];
                if (Double.isNaN(value)) {
                    assertThat(actual).as("%s in row %d", name, row).isNaN();
                } else {
                    // Ratios of the smallest σ and angles near 0 lose about half of the digits of a product.
                    assertThat(actual).as("%s in row %d", name, row).isCloseTo(value, within(1e-7));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50})
    void whereABlockEndsChangesNoByte(int stride) throws IOException {
        Path alone = Files.createDirectory(folder.resolve("alone"));
        ReplayedUpdate replay = new ReplayedUpdate(owner, DType.FLOAT32, stride, first, second);
        try (SpectralObserver observer = observer(stride, 2, DType.FLOAT32, ExistingRows.DROP, alone, 1, 1)) {
            observe(observer, replay, 0, UPDATES);
        }
        for (int end = 1; end <= 7; end += 3) {
            Path together = Files.createDirectory(folder.resolve("together" + end));
            try (SpectralObserver observer = observer(stride, 2, DType.FLOAT32, ExistingRows.DROP, together)) {
                for (int index = 0; index < UPDATES; ) {
                    int next = Math.min(index + end, UPDATES);
                    for (int each = index; each < next; each++) {
                        observer.record(replay.load(each));
                    }
                    observer.complete();
                    index = absorb(observer, replay, 0, index, next);
                }
            }
            requireSameFiles(together, alone);
        }
    }

    private static void requireSameFiles(Path actual, Path expected) {
        for (String name : List.of("spectrum0.csv", "spectrum1.csv", "null0.csv", "null1.csv")) {
            assertThat(actual.resolve(name)).hasSameBinaryContentAs(expected.resolve(name));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50})
    void resultsMayWaitForTheHost(int stride) throws IOException {
        Path atOnce = Files.createDirectory(folder.resolve("at once"));
        Path late = Files.createDirectory(folder.resolve("late"));
        ReplayedUpdate replay = new ReplayedUpdate(owner, DType.FLOAT64, stride, first, second);
        try (SpectralObserver observer = observer(stride, 2, DType.FLOAT64, ExistingRows.DROP, atOnce, 1, 1)) {
            observe(observer, replay, 0, UPDATES);
        }
        try (SpectralObserver observer = observer(stride, 2, DType.FLOAT64, ExistingRows.DROP, late, 1, 6)) {
            int absorbed = 0;
            for (int index = 0; index < UPDATES; index += 3) {
                for (int each = index; each < Math.min(index + 3, UPDATES); each++) {
                    observer.record(replay.load(each));
                }
                observer.fetch(Math.min(index + 3, UPDATES));
                for (; absorbed < index; absorbed++) {
                    observer.absorb((absorbed + 1L) * stride, replay.update);
                }
            }
            for (; absorbed < UPDATES; absorbed++) {
                observer.absorb((absorbed + 1L) * stride, replay.update);
            }
        }
        requireSameFiles(late, atOnce);
    }

    @Test
    void decayThatIsNotInProportionToTheParametersIsTakenAsItIs() {
        ReplayedUpdate replay = new ReplayedUpdate(owner, DType.FLOAT64, 1, first);
        ProductHistory history = new ProductHistory(WINDOW, SpectralObserver.decaySource(1, false));
        Path file = folder.resolve("spectrum0.csv");
        try (SpectralObserver observer = observer(
                1,
                context(new ReferenceBackend(), workers, DType.FLOAT64, SIZE, BLOCK, 1),
                List.of(new SpectrumLog(file, history, null, 1, SIZE, ExistingRows.DROP)))) {
            observe(observer, replay, 0, UPDATES);
        }
        requireRows(first, 1, file);
    }

    @Test
    void nullsComeWithEveryThirdWindow() {
        ReplayedUpdate replay = new ReplayedUpdate(owner, DType.FLOAT64, 50, first);
        try (SpectralObserver observer = observer(50, 1, DType.FLOAT64, ExistingRows.DROP, folder)) {
            observe(observer, replay, 0, UPDATES);
        }
        CsvReader nulls = CsvReader.read(folder.resolve("null0.csv"));
        assertThat(nulls.column("step")).containsOnly(150, 300, 450, 600).hasSize(4 * 2 * 3);
        assertThat(nulls.column("null")).startsWith(0, 0, 0, 1, 1, 1);
        assertThat(nulls.column("quantile")).startsWith(0.05, 0.5, 0.95);
        assertThat(Arrays.stream(nulls.column("g23_exceedance"))).allMatch(value -> value >= 0.05 && value <= 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50})
    void aResumedObserverWritesTheSameBytes(int stride) throws IOException {
        Path undisturbed = Files.createDirectory(folder.resolve("undisturbed"));
        Path disturbed = Files.createDirectory(folder.resolve("disturbed"));
        ReplayedUpdate replay = new ReplayedUpdate(owner, DType.FLOAT32, stride, first, second);
        try (SpectralObserver observer = observer(stride, 2, DType.FLOAT32, ExistingRows.DROP, undisturbed)) {
            observe(observer, replay, 0, UPDATES);
        }
        int checkpoint = 8;
        try (SpectralObserver killed = observer(stride, 2, DType.FLOAT32, ExistingRows.DROP, disturbed);
                SpectralObserver resumed = resumedAfter(killed, replay, checkpoint, disturbed)) {
            resumed.rewindTo((long) checkpoint * stride);
            observe(resumed, replay, checkpoint, UPDATES);
        }
        requireSameFiles(disturbed, undisturbed);
    }

    /** Runs on beyond a checkpoint, as a run that is killed later has done, and takes up its state in a new observer. */
    private SpectralObserver resumedAfter(SpectralObserver killed, ReplayedUpdate replay, int checkpoint, Path target) {
        observe(killed, replay, 0, checkpoint);
        SpectralObserver resumed = observer(killed.stride(), 2, DType.FLOAT32, ExistingRows.KEEP, target);
        Map<String, Tensor> state = resumed.state();
        assertThat(state).hasSameSizeAs(killed.state());
        killed.state()
                .forEach((name, tensor) -> MemorySegment.copy(
                        tensor.segment(),
                        0,
                        state.get(name).segment(),
                        0,
                        tensor.segment().byteSize()));
        killed.record(replay.load(checkpoint));
        killed.flush();
        return resumed;
    }

    @Tag("garbage")
    @ParameterizedTest
    @ValueSource(ints = {1, 50})
    void observingMakesNoGarbage(int stride) {
        SyntheticTrajectory large = new SyntheticTrajectory(3, 1, 4096, DECAY_FACTOR, 0.05);
        ReplayedUpdate replay = new ReplayedUpdate(owner, DType.FLOAT32, stride, large);
        replay.load(0);
        ProductHistory history = new ProductHistory(WINDOW, SpectralObserver.decaySource(stride, true));
        NullTable nulls = nullTable(folder.resolve("null.csv"), 0, ExistingRows.DROP);
        Path file = folder.resolve("spectrum.csv");
        try (Workers alone = new Workers(1);
                SpectrumLog log = new SpectrumLog(file, history, nulls, NULL_EVERY, 4096, ExistingRows.DROP);
                SpectralObserver observer = observer(
                        stride,
                        context(new CpuBackend(), alone, DType.FLOAT32, 4096, stride == 1 ? BLOCK : 1, 1),
                        List.of(log))) {
            long[] index = new long[2];
            Runnable observation = () -> {
                observer.record(replay.update);
                long complete = ++index[0] - observer.pending();
                if (complete > index[1]) {
                    observer.fetch(complete);
                }
                while (index[1] < complete) {
                    observer.absorb(++index[1] * stride, replay.update);
                }
            };
            assertThat(Allocations.bytesPerCall(observation, observer::flush)).isZero();
        }
    }

    @Test
    void theLatestEdgeIsKnownFromTheSecondUpdateOn() {
        ReplayedUpdate replay = new ReplayedUpdate(owner, DType.FLOAT64, 1, first);
        try (SpectralObserver observer = observer(1, 1, DType.FLOAT64, ExistingRows.DROP, folder)) {
            observe(observer, replay, 0, 1);
            assertThat(observer.latest(0)).isEmpty();
            observer.record(replay.load(1));
            observer.complete();
            observer.fetch(2);
            observer.absorb(2, replay.update);
            double[] singularValues = first.singularValues(0, 2);
            EdgeReading reading = observer.latest(0).orElseThrow();
            assertThat(reading.step()).isEqualTo(2);
            assertThat(reading.position()).isEqualTo(1);
            assertThat(reading.gapRatio()).isCloseTo(singularValues[0] / singularValues[1], within(1e-10));
        }
    }

    @Test
    void refusesAnUpdateThatIsNotFinite() {
        ReplayedUpdate replay = new ReplayedUpdate(owner, DType.FLOAT64, 1, first);
        try (SpectralObserver observer = observer(1, 1, DType.FLOAT64, ExistingRows.DROP, folder)) {
            replay.load(0);
            replay.after.set(Double.NaN, 0, 3);
            observer.record(replay.update);
            observer.complete();
            observer.fetch(1);
            assertThatThrownBy(() -> observer.absorb(1, replay.update))
                    .isInstanceOf(RunException.class)
                    .hasMessage(
                            "observer edge: the update of run 0 at step 1 is not finite, or too large to be squared:"
                                    + " its squared norm is NaN, its product with the parameters NaN, the squared norm"
                                    + " of these NaN");
        }
    }

    @Test
    void refusesAnUpdateWhoseSquareOverflows() {
        ReplayedUpdate replay = new ReplayedUpdate(owner, DType.FLOAT64, 1, first);
        try (SpectralObserver observer = observer(1, 1, DType.FLOAT64, ExistingRows.DROP, folder)) {
            replay.load(0);
            replay.after.set(1e200, 0, 3);
            observer.record(replay.update);
            observer.complete();
            observer.fetch(1);
            assertThatThrownBy(() -> observer.absorb(1, replay.update))
                    .isInstanceOf(RunException.class)
                    .hasMessageContaining("or too large to be squared: its squared norm is ");
        }
    }

    @Test
    void asksForDecayPartsOnlyWhereTheyDoNotFollowFromTheParameters() throws IOException {
        Path other = Files.createDirectory(folder.resolve("second"));
        try (SpectralObserver each = observer(1, 1, DType.FLOAT64, ExistingRows.DROP, folder);
                SpectralObserver second = observer(2, 1, DType.FLOAT64, ExistingRows.DROP, other)) {
            assertThat(each.needsDecayPart()).isFalse();
            assertThat(second.needsDecayPart()).isTrue();
        }
    }

    @Test
    void refusesADecayThatLeavesParametersOut() {
        ReplayedUpdate replay = new ReplayedUpdate(owner, DType.FLOAT64, 1, Double.NaN, first);
        try (SpectralObserver observer = observer(1, 1, DType.FLOAT64, ExistingRows.DROP, folder)) {
            replay.load(0);
            observer.record(replay.update);
            observer.complete();
            observer.fetch(1);
            assertThatThrownBy(() -> observer.absorb(1, replay.update))
                    .isInstanceOf(RunException.class)
                    .hasMessageContaining("decay part of run 0 at step 1")
                    .hasMessageContaining("stride of at least 2");
        }
    }

    @Test
    void refusesHistoriesOfAnotherKind() {
        ProductHistory history = new ProductHistory(WINDOW, DecaySource.SINGLE_STEP);
        Path file = folder.resolve("spectrum.csv");
        try (SpectrumLog log = new SpectrumLog(file, history, null, 1, SIZE, ExistingRows.DROP)) {
            ObserverFactory.Context context = context(new ReferenceBackend(), workers, DType.FLOAT32, SIZE, BLOCK, 1);
            assertThatThrownBy(() -> observer(100, context, List.of(log)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("ACCUMULATED");
        }
    }
}
