package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.export.TensorBoardMirror;
import dev.spectraledge.analysis.online.SpectralObserverFactory;
import dev.spectraledge.analysis.pretrained.PretrainedWeights;
import dev.spectraledge.analysis.pretrained.TextSamples;
import dev.spectraledge.analysis.report.Report;
import dev.spectraledge.bindings.OpenBlasLibrary;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.config.CheckpointStorage;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.ByteCount;
import dev.spectraledge.trainer.io.Preregistration;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.run.Environment;
import dev.spectraledge.trainer.run.ProgressReporter;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunLog;
import dev.spectraledge.trainer.run.RunState;
import dev.spectraledge.trainer.run.TrainingProgress;
import dev.spectraledge.trainer.step.TrainingMemory;
import dev.spectraledge.trainer.training.StopRequest;
import dev.spectraledge.trainer.training.TrainingLoop;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Brings together what a training needs: native library, backend, workers, observers, and a place to report to. */
final class TrainingSession {
    private final RunGroup group;
    private final RunConfig config;
    private final Consumer<String> talk;
    private final List<String> arguments;
    private final List<Preregistration> judgedBy;
    private final List<RunLog> logs;
    private boolean memoryIsTold;

    /** @param talk hears what people should know, which also goes to the logs of the runs */
    TrainingSession(RunGroup group, Consumer<String> talk, List<String> arguments) {
        this(group, talk, arguments, List.of());
    }

    /** The same of runs for which it is written down how they will be judged. */
    TrainingSession(RunGroup group, Consumer<String> talk, List<String> arguments, List<Preregistration> judgedBy) {
        this.judgedBy = judgedBy;
        this.group = group;
        this.config = group.runs().getFirst().config();
        this.talk = talk;
        this.arguments = arguments;
        this.logs = group.runs().stream()
                .map(directory -> new RunLog(directory.log()))
                .toList();
    }

    /**
     * Trains to the end or until it is asked to stop, and says how to go on in the latter case.
     *
     * @param notes what people should know first
     * @return DONE, STOPPED, or FAILED if some of several runs failed
     */
    RunState run(ComputeDevice device, List<String> notes, StopRequest stopRequest) {
        RunState state;
        try (ProgressReporter progress = ProgressReporter.toStandardError(
                group.stepsDone(), config.training().steps())) {
            notes.forEach(this::tell);
            state = run(device, progress, stopRequest);
        }
        if (state == RunState.STOPPED) {
            tell("stopped after step " + group.stepsDone() + "; to go on: sedge run --resume " + group.root());
        }
        return state;
    }

    /** Trains on a device to the end or until it is asked to stop; a run that cannot says why in its directory. */
    RunState run(ComputeDevice device, TrainingProgress progress, StopRequest stopRequest) {
        RunState state;
        try (OpenedLanes lanes = new OpenedLanes(config, device, threads -> describe(device, threads))) {
            state = train(lanes, progress, stopRequest);
        }
        if (state != RunState.STOPPED) {
            logEnds();
        }
        return state;
    }

    private void describe(ComputeDevice device, int threads) {
        Map<String, Object> libraries = libraries(device);
        int runs = group.runs().size();
        tell("run directory " + group.root() + (runs == 1 ? "" : ", " + runs + " runs side by side") + ", "
                + device.description() + ", " + threads + (threads == 1 ? " thread" : " threads"));
        for (RunDirectory run : group.runs()) {
            Environment.write(run.environment(), arguments, run.config(), threads, libraries, judgedBy);
        }
    }

    private void logEnds() {
        for (int run = 0; run < logs.size(); run++) {
            Object error = group.runs().get(run).readSummary().get(RunDirectory.ERROR);
            logs.get(run).line(error == null ? "finished" : "failed: " + error);
        }
    }

    /** What computes, for the record; OpenBLAS is loaded where it is what computes. */
    private Map<String, Object> libraries(ComputeDevice device) {
        if (!device.isHost()) {
            return Map.of("device", device.description());
        }
        OpenBlasLibrary library = OpenBlasLibrary.load(new OpenBlasLibrary.Options(
                Optional.ofNullable(config.openblas().coreType())));
        library.slowerThanCpu().ifPresent(this::tell);
        return Map.of("device", device.description(), "openblas", describe(library));
    }

    private RunState train(OpenedLanes lanes, TrainingProgress progress, StopRequest stopRequest) {
        RunState state;
        do {
            state = trainActiveRuns(lanes, progress, stopRequest);
        } while (state == RunState.RUNNING);
        return state;
    }

    private RunState trainActiveRuns(OpenedLanes lanes, TrainingProgress progress, StopRequest stopRequest) {
        try (TrainingLoop training = prepare(lanes, progress, stopRequest);
                TensorBoardMirror tensorBoard = new TensorBoardMirror(group.runs(), training.stepsDone())) {
            tellMemory(training.memory(), lanes.device());
            training.afterEachResumeState(tensorBoard::copyUpTo);
            training.beforeEachEnd((run, summary, weights) -> {
                keepSamples(run, weights.filter(own -> areKeptOnHost(lanes.device())));
                Report.of(run.root(), summary).write();
            });
            try {
                return training.train();
            } catch (RuntimeException | Error failure) {
                if (!group.isDivisible()) {
                    training.failed(failure);
                }
                logFailure(failure);
                throw failure;
            }
        }
    }

    /** Whether weights are where this program can write with them, and the same as those of the checkpoint. */
    private boolean areKeptOnHost(ComputeDevice device) {
        return device.isHost() && config.checkpoints().storage() == CheckpointStorage.FLOAT32;
    }

    /** A run that has been trained to its end is not lost because nothing says what its tokens mean. */
    private void keepSamples(RunDirectory run, Optional<Parameters> weights) {
        try {
            TextSamples.of(run, weights).ifPresent(samples -> samples.write(run.root()));
        } catch (RunException unreadable) {
            tell("no samples of text: " + unreadable.getMessage());
        }
    }

    /** What is allocated on a device is not counted. */
    private void tellMemory(TrainingMemory memory, ComputeDevice device) {
        if (!memoryIsTold && device.isHost()) {
            tell("memory: " + memory.description() + " of " + ByteCount.text(device.memory()));
            memoryIsTold = true;
        }
    }

    /** Runs whose inputs are unusable have not begun, but their directories say why. */
    private TrainingLoop prepare(OpenedLanes lanes, TrainingProgress progress, StopRequest stopRequest) {
        try {
            return new TrainingLoop(
                    group, lanes::of, new SpectralObserverFactory(), new PretrainedWeights(), progress, stopRequest);
        } catch (RuntimeException | Error failure) {
            recordFailure(failure);
            throw failure;
        }
    }

    /** Where a disk is full, some of this fails as well: each part is tried. */
    private void recordFailure(Throwable failure) {
        for (RunDirectory run : group.runs()) {
            if (!group.isDivisible()) {
                attempt(failure, () -> {
                    Map<String, Object> summary = new LinkedHashMap<>(run.readSummary());
                    summary.put(RunDirectory.ERROR, String.valueOf(failure.getMessage()));
                    run.writeSummary(RunState.FAILED, summary);
                });
            }
        }
        logFailure(failure);
    }

    private void logFailure(Throwable failure) {
        logs.forEach(log -> attempt(failure, () -> log.line("failed: " + failure.getMessage())));
    }

    private static void attempt(Throwable failure, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException second) {
            failure.addSuppressed(second);
        }
    }

    private void tell(String line) {
        talk.accept(line);
        log(line);
    }

    private void log(String line) {
        logs.forEach(log -> log.line(line));
    }

    private static Map<String, Object> describe(OpenBlasLibrary library) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("path", library.path().toString());
        description.put("version", library.version());
        description.put("config", library.config());
        description.put("core_type", library.coreName());
        description.put("threads", library.threads());
        return description;
    }
}
