package dev.spectraledge.bench.gpu;

import dev.spectraledge.bindings.CudaDriver;
import dev.spectraledge.kernels.cuda.CudaBackend;
import dev.spectraledge.kernels.cuda.CudaDevice;
import dev.spectraledge.kernels.cuda.ProductPrecision;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingSetup;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/**
 * Where the time of a training step goes: what each operation costs the device, one after another, for one run and for the
 * sweep that is held to a demand. The steps are not recorded; a copy keeps the device busy while the host calls the
 * operations of a step, so that no operation waits for the host.
 */
final class CallProfile implements CheckStep {
    private static final int WARM_UP_STEPS = 2;
    private static final int COPIES_AHEAD = 4;

    private final CheckSizes sizes;

    CallProfile(CheckSizes sizes) {
        this.sizes = sizes;
    }

    @Override
    public void run(CheckLog log) {
        try (CudaBackend backend = new CudaBackend(CudaDevice.open(0), ProductPrecision.FP32)) {
            for (int runs : List.of(1, sizes.sweepRuns())) {
                log.attempt("S=" + runs, () -> profile(log, backend, runs));
            }
        }
    }

    private void profile(CheckLog log, CudaBackend backend, int runs) {
        TrainingSetup setup = sizes.setup(Batching.DEDUPLICATED, runs);
        MemorySegment source = CudaDriver.allocate(sizes.copyBytes());
        MemorySegment target = CudaDriver.allocate(sizes.copyBytes());
        try (CallTimes times = new CallTimes(backend);
                StepTrainer trainer = new StepTrainer(
                        Lanes.onDevice(times.backend()), setup, StepBenchmark.batches(setup), List.of())) {
            trainer.initialise();
            trainer.start();
            trainer.advanceTo(WARM_UP_STEPS, step -> {});
            for (int step = 0; step < sizes.profiledSteps(); step++) {
                for (int copy = 0; copy < COPIES_AHEAD; copy++) {
                    CudaDriver.copyOnDevice(target, source, sizes.copyBytes(), backend.device().stream());
                }
                times.time(trainer::step);
            }
            log(log, runs, times);
        } finally {
            CudaDriver.free(source);
            CudaDriver.free(target);
        }
    }

    private void log(CheckLog log, int runs, CallTimes times) {
        double steps = sizes.profiledSteps();
        double all = 0;
        int calls = 0;
        for (String name : times.names()) {
            double callsPerStep = times.calls(name) / steps;
            double microseconds = callsPerStep * times.microseconds(name);
            all += microseconds;
            calls += times.calls(name);
            log.measured(
                    "S=" + runs + " " + name,
                    Map.of(
                            "microseconds_per_step",
                            microseconds,
                            "calls_per_step",
                            callsPerStep,
                            "microseconds_per_call",
                            times.microseconds(name)));
        }
        log.measured("S=" + runs + " all calls", Map.of("microseconds_per_step", all, "calls_per_step", calls / steps));
    }
}
