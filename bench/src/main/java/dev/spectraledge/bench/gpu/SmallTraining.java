package dev.spectraledge.bench.gpu;

import dev.spectraledge.kernels.cuda.CudaBackend;
import dev.spectraledge.kernels.cuda.CudaDevice;
import dev.spectraledge.kernels.cuda.ProductPrecision;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingSetup;
import java.util.List;
import java.util.Map;

/** A few steps of a very small training, for tools that slow the device down a hundredfold. */
final class SmallTraining implements CheckStep {
    private static final int STEPS = 3;
    private static final int RUNS = 2;

    @Override
    public void run(CheckLog log) {
        log.attempt("training", () -> train(log));
    }

    private static void train(CheckLog log) {
        TrainingSetup setup = CheckSizes.tiny().setup(Batching.DEDUPLICATED, RUNS);
        try (CudaBackend backend = new CudaBackend(CudaDevice.open(0), ProductPrecision.FP32);
                StepTrainer trainer =
                        new StepTrainer(Lanes.onDevice(backend), setup, StepBenchmark.batches(setup), List.of())) {
            trainer.initialise();
            trainer.start();
            trainer.advanceTo(STEPS, step -> {});
            log.judged(
                    "loss after " + STEPS + " steps",
                    Double.isFinite(trainer.loss(0)) && Double.isFinite(trainer.loss(1)),
                    "",
                    Map.of("loss", trainer.loss(0)));
        }
    }
}
