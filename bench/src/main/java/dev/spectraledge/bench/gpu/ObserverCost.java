package dev.spectraledge.bench.gpu;

import dev.spectraledge.analysis.online.SpectralObserver;
import dev.spectraledge.analysis.online.SpectrumLog;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cuda.CudaBackend;
import dev.spectraledge.kernels.cuda.CudaDevice;
import dev.spectraledge.kernels.cuda.ProductPrecision;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.io.ExistingRows;
import dev.spectraledge.trainer.optimizer.DecayedParameters;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.ObserverFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What watching the attention weights at every step, with windows of ten updates, adds to a step: two trainings in turns. */
final class ObserverCost implements CheckStep {
    private static final int WINDOW = 10;
    private static final int WARM_UP = 3;
    private static final double ALLOWED = 1.10;
    /** Results that may wait for the host. */
    private static final int QUEUED = 128;

    private final CheckSizes sizes;

    ObserverCost(CheckSizes sizes) {
        this.sizes = sizes;
    }

    @Override
    public void run(CheckLog log) {
        try (CudaBackend backend = new CudaBackend(CudaDevice.open(0), ProductPrecision.FP32)) {
            for (int runs : List.of(1, sizes.sweepRuns())) {
                log.attempt("S=" + runs, () -> compare(log, backend, runs));
            }
        }
    }

    private void compare(CheckLog log, CudaBackend backend, int runs) throws IOException {
        TrainingSetup setup = sizes.setup(Batching.DEDUPLICATED, runs);
        Path folder = Files.createTempDirectory("observer-cost");
        int stretchSteps = sizes.stretches().steps();
        try (MemoryOwner owner = MemoryOwner.open("observed training");
                Workers alone = new Workers(1);
                SpectralObserver observer = observer(backend, alone, owner, setup, folder);
                StepTrainer plain = trainer(backend, setup, List.of());
                StepTrainer watched = trainer(backend, setup, List.of(observer))) {
            TrainingClock plainClock = new TrainingClock(backend.device().stream(), plain, stretchSteps);
            TrainingClock watchedClock = new TrainingClock(backend.device().stream(), watched, stretchSteps);
            double seconds = plainClock.warmUp(WARM_UP) + watchedClock.warmUp(WARM_UP);
            int stretches = sizes.stretches().count(seconds);
            int perTurn = Math.max(1, stretches / sizes.observerTurns());
            for (int turn = 0; turn < sizes.observerTurns(); turn++) {
                plainClock.time(perTurn);
                watchedClock.time(perTurn);
            }
            log(log, runs, plainClock, watchedClock);
        } finally {
            delete(folder);
        }
    }

    private void log(CheckLog log, int runs, TrainingClock plain, TrainingClock watched) {
        double ratio = watched.microseconds() / plain.microseconds();
        Map<String, Object> values = watched.values();
        values.put("microseconds_per_step_without", plain.microseconds());
        values.put("processor_microseconds_per_step_without", plain.processorMicroseconds());
        values.put("ratio", ratio);
        values.put("allowed_ratio", ALLOWED);
        String name = "S=" + runs;
        if (sizes.timed()) {
            log.judged(name, ratio <= ALLOWED, "", values);
        } else {
            log.measured(name, values);
        }
    }

    private static StepTrainer trainer(CudaBackend backend, TrainingSetup setup, List<SpectralObserver> observers) {
        StepTrainer trainer = new StepTrainer(Lanes.onDevice(backend), setup, StepBenchmark.batches(setup), observers);
        trainer.initialise();
        trainer.start();
        return trainer;
    }

    private static SpectralObserver observer(
            CudaBackend backend, Workers team, MemoryOwner owner, TrainingSetup setup, Path folder) {
        long parameters = setup.architecture().layout().size(ParameterSubset.ATTENTION);
        List<SpectrumLog> logs = new ArrayList<>();
        for (int run = 0; run < setup.runs(); run++) {
            logs.add(new SpectrumLog(
                    folder.resolve(run + ".csv"),
                    new ProductHistory(WINDOW, SpectralObserver.decaySource(1, true)),
                    null,
                    1,
                    parameters,
                    ExistingRows.DROP));
        }
        ObserverFactory.Context context = new ObserverFactory.Context(
                backend,
                owner,
                team,
                setup.precision(),
                parameters,
                setup.architecture().layout(),
                DecayedParameters.ALL,
                true,
                true,
                1,
                QUEUED,
                List.of(),
                ExistingRows.DROP);
        return new SpectralObserver("attention", 1, ParameterSubset.ATTENTION, context, logs);
    }

    private static void delete(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
