package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.run.ProgressReporter;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunState;
import dev.spectraledge.trainer.step.Lanes;
import java.nio.file.Path;

/** Runs of a few steps without observers, with a report of one word. */
final class TinyRuns {
    static final String REPORT = "report.html";

    private TinyRuns() {}

    /** Evaluated every second step, when also the resume state is written; an accuracy of 0 is that of a run that has grokked. */
    static RunConfig config(Path out, String... overrides) {
        ConfigResolver resolver = new ConfigResolver()
                .override("model.width=8")
                .override("model.heads=2")
                .override("model.feedForwardWidth=8")
                .override("model.layers=1")
                .override("task.sequences=60")
                .override("training.steps=4")
                .override("training.stopOn=null")
                .override("training.trace=true")
                .override("evaluation.every=2")
                .override("evaluation.grokAccuracy=0")
                .override("checkpoints.resumeEvery=2")
                .override("observers=[]")
                .override("threads=1")
                .override("out=" + out);
        for (String override : overrides) {
            resolver.override(override);
        }
        return resolver.resolve();
    }

    static RunState train(RunGroup group) {
        return train(group, new StopRequest());
    }

    /** Trains to the end or until it is asked to stop, as the configuration says. */
    static RunState train(RunGroup group, StopRequest stopRequest) {
        RunConfig config = group.runs().getFirst().config();
        try (Workers workers = new Workers(config.threads());
                ProgressReporter progress = ProgressReporter.toStandardError(
                        group.stepsDone(), config.training().steps());
                TrainingLoop loop = new TrainingLoop(
                        group,
                        setup -> Lanes.onHost(new CpuBackend(), workers),
                        (own, context) -> null,
                        progress,
                        stopRequest)) {
            loop.beforeEachEnd(
                    (run, summary, weights) -> AtomicFile.write(run.root().resolve(REPORT), "report"));
            try {
                return loop.train();
            } catch (RuntimeException failure) {
                loop.failed(failure);
                throw failure;
            }
        }
    }
}
