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
            "  sedge run dyck                             the standard run, which groks",
            "  sedge run dyck --seed 137 -o runs/mine     another seed and directory",
            "  sedge run dyck --weight-decay 0 --steps 5000     never groks",
            "  sedge run dyck --window 10 --stride 50     other windows",
            "  sedge run dyck --seeds 64                  seeds 42 to 105, side by side",
            "  sedge run dyck --seeds 42,137,2024 -o runs/three",
            "  sedge run dyck --lr 3e-4 --batch-size 25 model.layers=3",
            "  sedge run modular task.operation=add+mul   two operations, a head each",
            "  sedge run scan                             commands into actions",
            "  sedge run dyck --preset paper --print-config     published settings",
            "  sedge run --resume runs/dyck_wd1_s42       go on after an interruption",
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

    @Option(names = "--json", description = "With --print-config: as JSON.")
    private boolean json;

    @Mixin
    private RunOptions options = new RunOptions();

    @Override
    public Integer call() {
        if (json && !printConfiguration) {
            throw new UsageException("--json needs --print-config");
        }
        if (resume != null) {
            return resume();
        }
        if (words.isEmpty() || words.getFirst().contains("=")) {
            throw new UsageException("which task? for example: sedge run dyck");
        }
        RunConfig config = options.resolve(words.getFirst(), words.subList(1, words.size()));
        List<Long> seeds = options.seeds(config);
        if (printConfiguration) {
            return print(config);
        }
        return train(seeds.isEmpty() ? RunGroup.of(RunDirectory.create(config)) : RunGroup.create(config, seeds));
    }

    private int print(RunConfig config) {
        sedge.console().out().print(json ? config.toJson() : config.toYaml());
        return Sedge.OK;
    }

    private int resume() {
        if (!words.isEmpty() || !options.isEmpty()) {
            throw new UsageException("--resume goes on with the run's own settings; leave out all others");
        }
        if (printConfiguration) {
            return print(RunGroup.config(resume));
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
