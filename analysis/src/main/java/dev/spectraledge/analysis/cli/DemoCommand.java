package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.report.RunRecord;
import dev.spectraledge.analysis.report.compare.LiveComparison;
import dev.spectraledge.analysis.report.compare.RunComparison;
import dev.spectraledge.analysis.report.live.LiveServer;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunState;
import dev.spectraledge.trainer.training.StopRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code sedge demo}. */
@Command(
        name = "demo",
        description = {
            "Trains two small models side by side: one that generalises late, and one whose loss spikes because its"
                    + " learning rate is too large. Takes less than a minute on two idle cores and downloads nothing.",
            "Serves a page that updates as they train, and ends by printing what was seen and when. "
                    + "The runs are ordinary run directories in runs/demo."
        },
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {
    /** Sums modulo a small prime, most of them in the training set: soon understood. */
    private static final List<String> BOTH = List.of(
            "task.prime=47",
            "task.trainFraction=0.6",
            "training.batchSize=256",
            "training.trace=true",
            "evaluation.every=20",
            "checkpoints.schedule=none",
            "observers=[{name: edge, stride: 20, window: 10, nulls: false}]",
            "warnings=g23,gap_ratio,gradient_share,rotation,parameter_norm,test_loss,step_gradient_norm,loss_cusum,"
                    + "loss_kurtosis",
            "device=cpu");

    private static final String GROKS = "groks";
    private static final String SPIKES = "spikes";

    @ParentCommand
    private Sedge sedge;

    @Option(names = "--no-page", description = "Do not serve a page.")
    private boolean noPage;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Maximum number of training steps (default: ${DEFAULT-VALUE}).",
            defaultValue = "1500")
    private long steps;

    @Mixin
    private PageOptions page = new PageOptions();

    @Override
    public Integer call() {
        page.check(!noPage, "makes no sense with --no-page");
        if (steps < 1) {
            throw new UsageException("--steps must be at least 1, not " + steps);
        }
        Path root = folder();
        RunConfig groks = config(root.resolve(GROKS), "training.learningRate=3e-3", "training.stopOn=grok+200");
        RunConfig spikes = config(
                root.resolve(SPIKES),
                "training.learningRate=3e-2",
                "training.weightDecay=0",
                "training.stopOn=spike+200");
        return train(root, groks, spikes);
    }

    private static Path folder() {
        try {
            return RunDirectory.createNumbered(Path.of("runs"), "demo");
        } catch (IOException failure) {
            throw RunException.of("cannot create", Path.of("runs", "demo"), failure);
        }
    }

    private RunConfig config(Path directory, String... own) {
        ConfigResolver resolver = new ConfigResolver();
        resolver.value("demo", "task.name", "modular");
        BOTH.forEach(resolver::override);
        List.of(own).forEach(resolver::override);
        resolver.override("training.steps=" + steps);
        return resolver.value("demo", "out", directory.toString()).resolve();
    }

    @SuppressWarnings("try") // the page is there while the block runs
    private int train(Path root, RunConfig groks, RunConfig spikes) {
        StopRequest stopRequest = new StopRequest();
        List<String> notes = new ArrayList<>();
        List<Path> directories = List.of(groks.out(), spikes.out());
        try (StopSignals signals = new StopSignals(stopRequest);
                ComputeDevice device = ComputeDevice.open(
                                groks.device(), groks.training().precision(), notes::add)
                        .withRoomFor(groks, directories.size());
                RunGroup group = RunGroup.sideBySide(List.of(RunDirectory.create(groks), RunDirectory.create(spikes)));
                LiveServer server =
                        noPage ? null : page.open(new LiveComparison("demo", directories), sedge.console()::say)) {
            RunState state =
                    new TrainingSession(group, sedge.console()::say, sedge.arguments()).run(device, notes, stopRequest);
            if (state == RunState.STOPPED) {
                return signals.exitCode();
            }
        }
        Path comparison = new RunComparison(directories, List.of()).write(root.resolve(RunComparison.FOLDER));
        sedge.console().out().println(DemoStory.generalised(RunRecord.read(groks.out())));
        sedge.console().out().println(DemoStory.spiked(RunRecord.read(spikes.out())));
        sedge.console()
                .out()
                .println("One run proves nothing; sedge early-warning measures on many runs how often alarms are "
                        + "wrong. Both runs: " + comparison);
        return Sedge.OK;
    }
}
