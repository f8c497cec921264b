package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.report.Report;
import dev.spectraledge.trainer.config.DeviceChoice;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.Preregistration;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunState;
import dev.spectraledge.trainer.run.TrainingProgress;
import dev.spectraledge.trainer.sweep.RunComputation;
import dev.spectraledge.trainer.training.StopRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Trains and reports the runs of a sweep as {@code sedge run} does, but says everything in their logs alone. */
final class SweepTraining implements RunComputation {
    private final DeviceChoice auto;
    private final List<String> arguments;
    private final List<Preregistration> judgedBy;

    /** @param auto what device {@code auto} means on this machine */
    SweepTraining(DeviceChoice auto, List<String> arguments) {
        this(auto, arguments, List.of());
    }

    /** The same of runs for which it is written down how they will be judged. */
    SweepTraining(DeviceChoice auto, List<String> arguments, List<Preregistration> judgedBy) {
        this.auto = auto;
        this.arguments = arguments;
        this.judgedBy = judgedBy;
    }

    @Override
    public RunState train(RunGroup group, TrainingProgress progress, StopRequest stopRequest) {
        RunConfig config = group.runs().getFirst().config();
        DeviceChoice choice = config.device() == DeviceChoice.AUTO ? auto : config.device();
        try (ComputeDevice device = ComputeDevice.open(choice, config.training().precision(), line -> {})
                .withRoomFor(config, group.runs().size())) {
            return new TrainingSession(group, line -> {}, arguments, judgedBy).run(device, progress, stopRequest);
        }
    }

    @Override
    public void report(Path directory) {
        Report.of(directory).write();
    }

    @Override
    public boolean isReported(Path directory) {
        return Files.exists(directory.resolve(Report.FILE_NAME));
    }
}
