package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.online.SpectralObserverFactory;
import dev.spectraledge.bindings.OpenBlasLibrary;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.reference.ReferenceBackend;
import dev.spectraledge.trainer.config.DeviceChoice;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.run.Environment;
import dev.spectraledge.trainer.run.ProgressReporter;
import dev.spectraledge.trainer.run.ResumeState;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunLog;
import dev.spectraledge.trainer.run.RunState;
import dev.spectraledge.trainer.training.StopRequest;
import dev.spectraledge.trainer.training.TrainingRun;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Brings together what a training needs: native library, backend, workers, observers, and a place to report to. */
final class TrainingSession {
    private final RunDirectory directory;
    private final RunConfig config;
    private final Console console;
    private final List<String> arguments;
    private final RunLog log;

    TrainingSession(RunDirectory directory, Console console, List<String> arguments) {
        this.directory = directory;
        this.config = directory.config();
        this.console = console;
        this.arguments = arguments;
        this.log = new RunLog(directory.log());
    }

    /** Trains to the end or until it is asked to stop; says how to go on in the latter case. */
    RunState run(StopRequest stopRequest) {
        OpenBlasLibrary library = OpenBlasLibrary.load(new OpenBlasLibrary.Options(
                Optional.ofNullable(config.openblas().coreType())));
        library.slowerThanCpu().ifPresent(this::tell);
        int threads = config.threads() == 0 ? Runtime.getRuntime().availableProcessors() : config.threads();
        Backend backend = backend();
        tell("run directory " + directory.root() + ", " + backend.name() + " backend, " + threads
                + (threads == 1 ? " thread" : " threads"));
        Environment.write(directory.environment(), arguments, config, threads, Map.of("openblas", describe(library)));
        RunState state;
        try (Workers workers = new Workers(threads);
                ProgressReporter progress = ProgressReporter.toStandardError(
                        stepsDone(), config.training().steps())) {
            state = train(backend, workers, progress, stopRequest);
        }
        if (state == RunState.STOPPED) {
            tell("stopped after step " + stepsDone() + "; to go on: sedge run --resume " + directory.root());
        } else {
            log.line("finished");
        }
        return state;
    }

    private long stepsDone() {
        if (!Files.exists(directory.resumeState())) {
            return 0;
        }
        try (ResumeState state = ResumeState.open(directory.resumeState())) {
            return state.step();
        }
    }

    private RunState train(Backend backend, Workers workers, ProgressReporter progress, StopRequest stopRequest) {
        try (TrainingRun training = prepare(backend, workers, progress, stopRequest)) {
            try {
                return training.train();
            } catch (RuntimeException failure) {
                log.line("failed: " + failure.getMessage());
                training.failed(failure);
                throw failure;
            }
        }
    }

    /** A run whose inputs are unusable has not begun, but its directory says why. */
    private TrainingRun prepare(Backend backend, Workers workers, ProgressReporter progress, StopRequest stopRequest) {
        try {
            return new TrainingRun(directory, backend, workers, new SpectralObserverFactory(), progress, stopRequest);
        } catch (RuntimeException failure) {
            log.line("failed: " + failure.getMessage());
            directory.writeSummary(RunState.FAILED, Map.of("error", String.valueOf(failure.getMessage())));
            throw failure;
        }
    }

    private Backend backend() {
        if (config.device() == DeviceChoice.REFERENCE) {
            return new ReferenceBackend();
        }
        if (config.device() == DeviceChoice.AUTO) {
            tell("device auto: cpu (this version has no GPU backend)");
        }
        return new CpuBackend();
    }

    private void tell(String line) {
        console.say(line);
        log.line(line);
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
