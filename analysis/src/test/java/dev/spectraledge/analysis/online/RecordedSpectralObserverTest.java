package dev.spectraledge.analysis.online;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.analysis.spectrum.SyntheticTrajectory;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.reference.ReferenceBackend;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.io.ExistingRows;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedSpectralObserverTest {
    private static final int WINDOW = 5;
    private static final int UPDATES = 14;
    private static final int SIZE = 100;
    private static final double DECAY_FACTOR = 0.03;

    private final MemoryOwner owner = MemoryOwner.open("observer test");
    private final Backend backend = new ReferenceBackend();
    private final SyntheticTrajectory first = new SyntheticTrajectory(1, UPDATES, SIZE, DECAY_FACTOR, 0.05);
    private final SyntheticTrajectory second = new SyntheticTrajectory(2, UPDATES, SIZE, DECAY_FACTOR, 0.05);

    @TempDir
    private Path folder;

    private Path expected;
    private Path actual;

    @BeforeEach
    void makeFolders() throws IOException {
        expected = Files.createDirectory(folder.resolve("expected"));
        actual = Files.createDirectory(folder.resolve("actual"));
    }

    @AfterEach
    void release() {
        owner.close();
    }

    private static List<SpectrumLog> logs(int stride, Path target, ExistingRows existing) {
        List<SpectrumLog> logs = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            ProductHistory history = new ProductHistory(WINDOW, SpectralObserver.decaySource(stride, true));
            logs.add(new SpectrumLog(target.resolve("spectrum" + run + ".csv"), history, null, 1, SIZE, existing));
        }
        return logs;
    }

    private void observeDirectly(int stride, ReplayedUpdate replay) {
        try (Workers alone = new Workers(1);
                SpectralObserver observer = new SpectralObserver(
                        "edge",
                        stride,
                        ParameterSubset.ATTENTION,
                        backend,
                        alone,
                        owner,
                        DType.FLOAT64,
                        SIZE,
                        logs(stride, expected, ExistingRows.DROP))) {
            for (int index = 0; index < UPDATES; index++) {
                observer.observe(replay.load(index));
            }
        }
    }

    private RecordedSpectralObserver recorded(int stride, ExistingRows existing) {
        return new RecordedSpectralObserver(
                "edge",
                stride,
                ParameterSubset.ATTENTION,
                backend,
                owner,
                DType.FLOAT64,
                SIZE,
                logs(stride, actual, existing));
    }

    /** Observes updates [from, to) and absorbs each as late as the trainer would: after the next few were observed. */
    private static void observe(RecordedSpectralObserver observer, ReplayedUpdate replay, int from, int to, int late) {
        int absorbed = from;
        for (int index = from; index < to; index += late) {
            int known = index;
            for (int other = index; other < Math.min(index + late, to); other++) {
                observer.observe(replay.load(other));
            }
            observer.fetch(Math.min(index + late, to) - from);
            for (; absorbed < known; absorbed++) {
                observer.absorb((absorbed + 1L) * observer.stride(), replay.update);
            }
        }
        for (; absorbed < to; absorbed++) {
            observer.absorb((absorbed + 1L) * observer.stride(), replay.update);
        }
    }

    private void requireSameFiles() {
        for (String name : List.of("spectrum0.csv", "spectrum1.csv")) {
            assertThat(actual.resolve(name)).hasSameBinaryContentAs(expected.resolve(name));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50})
    void rowsAreThoseOfTheObserverThatWaits(int stride) {
        ReplayedUpdate replay = new ReplayedUpdate(owner, DType.FLOAT64, stride, first, second);
        observeDirectly(stride, replay);
        try (RecordedSpectralObserver observer = recorded(stride, ExistingRows.DROP)) {
            observe(observer, replay, 0, UPDATES, 3);
        }
        requireSameFiles();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50})
    void aResumedObserverWritesTheSameBytes(int stride) {
        ReplayedUpdate replay = new ReplayedUpdate(owner, DType.FLOAT64, stride, first, second);
        observeDirectly(stride, replay);
        int checkpoint = 8;
        try (RecordedSpectralObserver killed = recorded(stride, ExistingRows.DROP);
                RecordedSpectralObserver resumed = resumedAfter(killed, replay, checkpoint)) {
            resumed.rewindTo((long) checkpoint * stride);
            observe(resumed, replay, checkpoint, UPDATES, 4);
        }
        requireSameFiles();
    }

    private RecordedSpectralObserver resumedAfter(
            RecordedSpectralObserver killed, ReplayedUpdate replay, int checkpoint) {
        observe(killed, replay, 0, checkpoint, 3);
        killed.flush();
        RecordedSpectralObserver resumed = recorded(killed.stride(), ExistingRows.KEEP);
        Map<String, Tensor> state = resumed.state();
        assertThat(state).hasSameSizeAs(killed.state());
        killed.state()
                .forEach((name, tensor) -> MemorySegment.copy(
                        tensor.segment(),
                        0,
                        state.get(name).segment(),
                        0,
                        tensor.segment().byteSize()));
        return resumed;
    }
}
