package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.report.Report;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunState;
import dev.spectraledge.trainer.training.StopRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sedge run}. */
@Command(
        name = "run",
        description = {
            "Trains a model on a task, watches the spectral edge of its updates, and writes a report.",
            "Prints the run directory; open its report.html. A run that was interrupted goes on with --resume, bit for"
                    + " bit: Ctrl-C (exit code 130), SIGTERM and SIGUSR1 (75) stop it after the present step."
        },
        footer = {
            "",
            "Examples:",
            "  sedge run dyck                                   the standard run: groks balanced parentheses",
            "  sedge run dyck --seed 137 --out runs/mine        another seed, into a folder of your choice",
            "  sedge run dyck --weight-decay 0 --steps 5000     a control that memorises and does not grok",
            "  sedge run dyck --window 10 --stride 50           other windows",
            "  sedge run dyck --seeds 64                        64 runs side by side, seeds 42 to 105",
            "  sedge run dyck --seeds 42,137,2024 --out runs/three",
            "  sedge run dyck model.layers=3 training.beta2=0.99",
            "  sedge run modular task.operation=add+mul         modular arithmetic: two operations, a head each",
            "  sedge run scan                                   commands into actions, by an encoder–decoder",
            "  sedge run dyck --preset paper --print-config     every setting of the published protocol, as YAML",
            "  sedge run --resume runs/dyck_wd1_s42             go on where a run, or runs side by side, were interrupted",
            "",
            "Later settings win: defaults, --preset, --config files, key=value, flags."
        },
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    @ParentCommand
    private Sedge sedge;

    @Parameters(
            arity = "0..*",
            paramLabel = "TASK [KEY=VALUE…]",
            description = "The task (dyck, modular or scan), then any settings, for example training.batchSize=25.")
    private List<String> words = new ArrayList<>();

    @Option(names = "--resume", paramLabel = "RUN", description = "Go on with an interrupted run or group of runs.")
    private Path resume;

    @Option(names = "--print-config", description = "Print the settings as YAML and do nothing else.")
    private boolean printConfiguration;

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public Integer call() {
        if (resume != null) {
            return resume();
        }
        if (words.isEmpty() || words.getFirst().contains("=")) {
            throw new UsageException("which task? for example: sedge run dyck");
        }
        RunConfig config = options.resolve(words.getFirst(), words.subList(1, words.size()));
        List<Long> seeds = options.seeds(config);
        if (printConfiguration) {
            sedge.console().out().print(config.toYaml());
            return Sedge.OK;
        }
        return train(seeds.isEmpty() ? RunGroup.of(RunDirectory.create(config)) : RunGroup.create(config, seeds));
    }

    private int resume() {
        if (!words.isEmpty() || !options.isEmpty()) {
            throw new UsageException("--resume goes on with the run's own settings; leave out all others");
        }
        if (printConfiguration) {
            sedge.console().out().print(RunGroup.config(resume).toYaml());
            return Sedge.OK;
        }
        return train(RunGroup.resume(resume));
    }

    private int train(RunGroup group) {
        try (group) {
            StopRequest stopRequest = new StopRequest();
            RunState state;
            try (StopSignals signals = new StopSignals(stopRequest)) {
                state = new TrainingSession(group, sedge.console()::say, sedge.arguments()).run(stopRequest);
                if (state == RunState.STOPPED) {
                    return signals.exitCode();
                }
            }
            List<Path> pages = group.runs().stream()
                    .map(run -> Report.of(run.root()).write())
                    .toList();
            if (pages.size() == 1) {
                sedge.console().say("report: " + pages.getFirst());
            } else {
                sedge.console().say("reports: " + group.root().resolve("seed-*").resolve(Report.FILE_NAME));
                GroupTable.lines(group).forEach(sedge.console().out()::println);
            }
            sedge.console().out().println(group.root());
            if (state == RunState.FAILED) {
                throw new RunException("some of the runs failed; summary.json of each says why");
            }
        }
        return Sedge.OK;
    }
}
