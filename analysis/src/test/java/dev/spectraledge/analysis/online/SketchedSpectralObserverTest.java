package dev.spectraledge.analysis.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.spectrum.DecaySource;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.analysis.spectrum.SyntheticTrajectory;
import dev.spectraledge.analysis.spectrum.WindowDiagnostics;
import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.SketchOperator;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.linalg.SketchedWindow;
import dev.spectraledge.kernels.reference.ReferenceBackend;
import dev.spectraledge.trainer.Observed;
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
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SketchedSpectralObserverTest {
    private static final int WINDOW = 5;
    private static final int UPDATES = 14;
    private static final int SIZE = 2000;
    private static final int DIMENSION = 600;

    private final MemoryOwner owner = MemoryOwner.open("sketched observer test");
    private final Workers workers = new Workers(2);
    private final SyntheticTrajectory first = new SyntheticTrajectory(1, UPDATES, SIZE, 0.03, 0.05);
    private final SyntheticTrajectory second = new SyntheticTrajectory(2, UPDATES, SIZE, 0.03, 0.05);
    private final List<ProductHistory> histories = new ArrayList<>();

    @TempDir
    private Path folder;

    @AfterEach
    void release() {
        workers.close();
        owner.close();
    }

    private SketchedSpectralObserver observer(
            Backend backend,
            Workers team,
            SketchOperator.Kind kind,
            int runs,
            int size,
            ExistingRows existing,
            Path target) {
        List<SpectrumLog> logs = new ArrayList<>();
        List<SketchCertificate> certificates = new ArrayList<>();
        histories.clear();
        for (int run = 0; run < runs; run++) {
            SketchCertificate certificate = new SketchCertificate(run, WINDOW, DIMENSION, false);
            certificates.add(certificate);
            histories.add(new ProductHistory(WINDOW, DecaySource.ACCUMULATED));
            logs.add(new SpectrumLog(
                    target.resolve("spectrum" + run + ".csv"),
                    histories.getLast(),
                    null,
                    1,
                    DIMENSION,
                    certificate,
                    existing));
        }
        return new SketchedSpectralObserver(
                "edge",
                50,
                ParameterSubset.ATTENTION,
                Observed.UPDATES,
                SketchedWindow.operator(kind, DIMENSION, new PhiloxKey(3, 4)),
                new ObserverFactory.Context(
                        backend,
                        owner,
                        team,
                        DType.FLOAT32,
                        size,
                        new ParameterLayout(List.of(), List.of()),
                        DecayedParameters.ALL,
                        false,
                        false,
                        1,
                        1,
                        List.of(),
                        ExistingRows.DROP),
                logs,
                certificates);
    }

    private SketchedSpectralObserver observer(SketchOperator.Kind kind, ExistingRows existing, Path target) {
        return observer(new ReferenceBackend(), workers, kind, 2, SIZE, existing, target);
    }

    @ParameterizedTest
    @EnumSource
    void everyRowIsWithinItsCertificate(SketchOperator.Kind kind) {
        ReplayedUpdate replay = new ReplayedUpdate(owner, DType.FLOAT32, 50, first, second);
        try (SketchedSpectralObserver observer = observer(kind, ExistingRows.DROP, folder)) {
            for (int index = 0; index < UPDATES; index++) {
                observer.record(replay.load(index));
            }
        }
        requireCertified(first, folder.resolve("spectrum0.csv"));
        requireCertified(second, folder.resolve("spectrum1.csv"));
    }

    private static void requireCertified(SyntheticTrajectory trajectory, Path file) {
        CsvReader table = CsvReader.read(file);
        assertThat(table.rows()).isEqualTo(UPDATES - 1);
        WindowDiagnostics exact = new WindowDiagnostics(WINDOW, SIZE);
        double squares = 0;
        int count = 0;
        for (int row = 0; row < table.rows(); row++) {
            exact.compute(trajectory.history(WINDOW, DecaySource.ACCUMULATED, row + 2));
            int rows = Math.min(WINDOW, row + 2);
            double bound = table.column("sigma_error_bound")[row];
            assertThat(bound).isBetween(0.1, 0.3);
            for (int mode = 1; mode <= rows; mode++) {
                double value = exact.value(WindowDiagnostics.columns(WINDOW).indexOf("sigma_" + mode));
                double error = table.column("sigma_" + mode)[row] / value - 1;
                assertThat(Math.abs(error)).isLessThan(bound);
                double standardError = table.column("sigma_standard_error_" + mode)[row];
                assertThat(standardError).isBetween(0.02, bound);
                squares += error * error / (standardError * standardError);
                count++;
            }
            assertThat(table.column("norm_distortion")[row]).isBetween(0.0, bound);
            assertThat(table.column("sketch_dimension")[row]).isEqualTo(DIMENSION);
        }
        // Errors are of the size that is stated, though those of overlapping windows are nearly the same ones.
        assertThat(Math.sqrt(squares / count)).isBetween(0.2, 2.5);
    }

    @ParameterizedTest
    @EnumSource
    void productsWithDecayPartsAreWithinTheirBound(SketchOperator.Kind kind) {
        ReplayedUpdate replay = new ReplayedUpdate(owner, DType.FLOAT32, 50, first);
        Path file = folder.resolve("spectrum0.csv");
        double largest = 0;
        try (SketchedSpectralObserver observer =
                observer(new ReferenceBackend(), workers, kind, 1, SIZE, ExistingRows.DROP, folder)) {
            for (int index = 0; index < UPDATES; index++) {
                observer.record(replay.load(index));
                int rows = Math.min(WINDOW, index + 1);
                for (int decay = 0; decay < rows; decay++) {
                    for (int update = 0; update < rows; update++) {
                        double[] decayPart = first.decayParts[index + 1 - rows + decay];
                        double[] change = first.updates[index + 1 - rows + update];
                        double scale = Math.sqrt(SyntheticTrajectory.dot(decayPart, decayPart)
                                * SyntheticTrajectory.dot(change, change));
                        double error = histories.getFirst().exact().get(decay, update)
                                - SyntheticTrajectory.dot(decayPart, change);
                        largest = Math.max(largest, Math.abs(error) / scale);
                    }
                }
            }
        }
        CsvReader table = CsvReader.read(file);
        double bound = table.column("decay_product_error_bound")[table.rows() - 1];
        assertThat(largest).isBetween(0.005, bound);
        assertThat(table.column("decay_norm_distortion")[table.rows() - 1]).isPositive();
    }

    @Test
    void aResumedObserverWritesTheSameBytes() throws IOException {
        Path undisturbed = Files.createDirectory(folder.resolve("undisturbed"));
        Path disturbed = Files.createDirectory(folder.resolve("disturbed"));
        ReplayedUpdate replay = new ReplayedUpdate(owner, DType.FLOAT32, 50, first, second);
        SketchOperator.Kind kind = SketchOperator.Kind.GAUSSIAN;
        try (SketchedSpectralObserver observer = observer(kind, ExistingRows.DROP, undisturbed)) {
            for (int index = 0; index < UPDATES; index++) {
                observer.record(replay.load(index));
            }
        }
        int checkpoint = 8;
        try (SketchedSpectralObserver killed = observer(kind, ExistingRows.DROP, disturbed)) {
            for (int index = 0; index < checkpoint; index++) {
                killed.record(replay.load(index));
            }
            try (SketchedSpectralObserver resumed = observer(kind, ExistingRows.KEEP, disturbed)) {
                Map<String, Tensor> state = resumed.state();
                killed.state()
                        .forEach((name, tensor) -> MemorySegment.copy(
                                tensor.segment(),
                                0,
                                state.get(name).segment(),
                                0,
                                tensor.segment().byteSize()));
                killed.record(replay.load(checkpoint));
                killed.flush();
                resumed.rewindTo(checkpoint * 50L);
                for (int index = checkpoint; index < UPDATES; index++) {
                    resumed.record(replay.load(index));
                }
            }
        }
        for (String name : List.of("spectrum0.csv", "spectrum1.csv")) {
            assertThat(disturbed.resolve(name)).hasSameBinaryContentAs(undisturbed.resolve(name));
        }
    }

    /** Nothing of the size of the parameters goes from one update to the next. */
    @Test
    void theStateHoldsSketchesAlone() {
        try (SketchedSpectralObserver observer = observer(SketchOperator.Kind.GAUSSIAN, ExistingRows.DROP, folder)) {
            assertThat(observer.state().values())
                    .allSatisfy(
                            tensor -> assertThat(tensor.elements()).isLessThanOrEqualTo(2L * (WINDOW + 1) * DIMENSION));
        }
    }

    /** A run that has diverged and is finished does not disturb the others. */
    @Test
    void aFinishedRunMayHoldAnything() {
        ReplayedUpdate replay = new ReplayedUpdate(owner, DType.FLOAT32, 50, first, second);
        try (SketchedSpectralObserver observer = observer(SketchOperator.Kind.SPARSE_SIGN, ExistingRows.DROP, folder)) {
            observer.record(replay.load(0));
            observer.finish(1);
            for (int index = 1; index < 4; index++) {
                replay.load(index);
                replay.after.set(Double.NaN, 1, 3);
                observer.record(replay.update);
            }
        }
        assertThat(CsvReader.read(folder.resolve("spectrum0.csv")).rows()).isEqualTo(3);
    }

    @Test
    void refusesAnUpdateThatIsNotFinite() {
        ReplayedUpdate replay = new ReplayedUpdate(owner, DType.FLOAT32, 50, first, second);
        try (SketchedSpectralObserver observer = observer(SketchOperator.Kind.SPARSE_SIGN, ExistingRows.DROP, folder)) {
            replay.load(0);
            replay.after.set(Double.NaN, 1, 3);
            assertThatThrownBy(() -> observer.record(replay.update))
                    .isInstanceOf(RunException.class)
                    .hasMessageStartingWith("observer edge: the update of run 1 at step 50 is not finite");
        }
    }

    @Tag("garbage")
    @Test
    void observingMakesNoGarbage() {
        ReplayedUpdate replay = new ReplayedUpdate(owner, DType.FLOAT32, 50, first);
        replay.load(0);
        try (Workers alone = new Workers(1);
                SketchedSpectralObserver observer = observer(
                        new CpuBackend(), alone, SketchOperator.Kind.SPARSE_SIGN, 1, SIZE, ExistingRows.DROP, folder)) {
            long[] index = new long[1];
            Runnable observation = () -> {
                replay.update.setStep(++index[0] * 50);
                observer.record(replay.update);
            };
            assertThat(Allocations.bytesPerCall(observation, observer::flush)).isZero();
        }
    }
}
