package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.pretrained.PretrainedWeights;
import dev.spectraledge.analysis.report.LiveRun;
import dev.spectraledge.analysis.report.Report;
import dev.spectraledge.analysis.report.compare.LiveComparison;
import dev.spectraledge.analysis.report.compare.RunComparison;
import dev.spectraledge.analysis.report.live.LiveServer;
import dev.spectraledge.analysis.report.live.LiveSource;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.run.ConfigChange;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunState;
import dev.spectraledge.trainer.sweep.SweepPlan;
import dev.spectraledge.trainer.training.Amendment;
import dev.spectraledge.trainer.training.StopRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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
            "Prints the run directory; open its report.html. Ctrl-C (exit code 130), SIGTERM, "
                    + "SIGUSR1 and SIGHUP (75) stop a run after the current step, and --resume continues it "
                    + "bit for bit.",
            "With --resume, --steps extends a run, even a finished one, --stop-on changes when it "
                    + "ends, and --device and --threads move it; changes.json in the run directory records "
                    + "this. A run that was moved may differ in its last bits from one that was not."
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
            "  sedge run text                             a GPT, of a JDK's comments",
            "  sedge run text --init gpt2/ task.corpus=DIR     goes on from other weights",
            "  sedge run dyck --preset paper --print-config     published settings",
            "  sedge run dyck --watch                     with a page that grows with it",
            "  sedge run --resume runs/dyck_wd1_s42       go on after an interruption",
            "  sedge run --resume runs/dyck_wd1_s42 --steps 5000     train it further",
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
            completionCandidates = TaskNames.class,
            description = "Task (${COMPLETION-CANDIDATES}), followed by any settings, for example "
                    + "training.batchSize=25.")
    private List<String> words = new ArrayList<>();

    @Option(names = "--resume", paramLabel = "RUN", description = "Continue an earlier run or group of runs.")
    private Path resume;

    @Option(names = "--print-config", description = "Print the settings as YAML and exit.")
    private boolean printConfiguration;

    @Option(names = "--json", description = "With --print-config: as JSON.")
    private boolean json;

    @Mixin
    private RunOptions options = new RunOptions();

    @Mixin
    private WatchOptions watch = new WatchOptions();

    @Override
    public Integer call() {
        if (json && !printConfiguration) {
            throw new UsageException("--json needs --print-config");
        }
        watch.check();
        if (resume != null) {
            return resume();
        }
        if (words.isEmpty() || words.getFirst().contains("=")) {
            throw new UsageException("which task? for example: sedge run dyck");
        }
        RunConfig asked = options.resolve(words.getFirst(), words.subList(1, words.size()));
        List<Long> seeds = options.seeds(asked);
        if (printConfiguration) {
            return print(asked);
        }
        RunConfig config = asked.withFacts(sedge.console()::say);
        PretrainedWeights.requireTokens(config, sedge.console()::say);
        return train(
                config,
                Math.max(1, seeds.size()),
                () -> seeds.isEmpty() ? RunGroup.of(RunDirectory.create(config)) : RunGroup.create(config, seeds),
                List.of());
    }

    private int print(RunConfig config) {
        sedge.console().out().print(json ? config.toJson() : config.toYaml());
        return Sedge.OK;
    }

    private int resume() {
        if (!words.isEmpty()) {
            throw RunOptions.onlyChangeable();
        }
        Amendment amendment = new Amendment(options.changes());
        if (amendment.isEmpty() && printConfiguration) {
            return print(RunGroup.config(resume));
        }
        if (!amendment.isEmpty()) {
            refusePlanned();
        }
        try (RunGroup earlier = RunGroup.resume(resume)) {
            List<RunConfig> configs = amendment.of(earlier);
            if (printConfiguration) {
                return print(configs.getFirst());
            }
            long step = earlier.stepsDone();
            Set<String> changes = new LinkedHashSet<>();
            for (int run = 0; run < configs.size(); run++) {
                ConfigChange change =
                        ConfigChange.between(earlier.runs().get(run).config(), configs.get(run), step);
                if (!change.isEmpty()) {
                    changes.add(change.description());
                }
            }
            return train(
                    configs.getFirst(), configs.size(), () -> earlier.amended(configs, step), List.copyOf(changes));
        }
    }

    private void refusePlanned() {
        SweepPlan.planOf(resume).ifPresent(sweep -> {
            throw new UsageException(resume + " is a run of the sweep " + sweep
                    + " and is named by its configuration; change the sweep's file and plan again");
        });
    }

    /**
     * Trains and says what came of it.
     *
     * @param runs side by side
     * @param opener opens the directories once it is known that there is something that computes, with room for the runs
     * @param notes for people and for the logs
     */
    @SuppressWarnings("try") // the page is there while the block runs
    private int train(RunConfig config, int runs, Supplier<RunGroup> opener, List<String> notes) {
        StopRequest stopRequest = new StopRequest();
        List<String> lines = new ArrayList<>(notes);
        try (StopSignals signals = new StopSignals(stopRequest);
                ComputeDevice device = ComputeDevice.open(
                                config.device(), config.training().precision(), lines::add)
                        .withRoomFor(config, runs);
                RunGroup group = opener.get();
                LiveServer page = watch.open(() -> liveSource(group), sedge.console()::say)) {
            TrainingSession session = new TrainingSession(group, sedge.console()::say, sedge.arguments());
            RunState state = session.run(device, lines, stopRequest);
            if (state == RunState.STOPPED) {
                return signals.exitCode();
            }
            show(group);
            if (state == RunState.FAILED) {
                throw new RunException("some of the runs failed; the summary.json of each says why");
            }
        }
        return Sedge.OK;
    }

    private static LiveSource liveSource(RunGroup group) {
        List<Path> directories = group.runs().stream().map(RunDirectory::root).toList();
        return directories.size() == 1
                ? new LiveRun(directories.getFirst())
                : new LiveComparison(group.root().getFileName().toString(), directories);
    }

    private void show(RunGroup group) {
        group.runs().stream()
                .filter(run -> run.state() == RunState.FAILED)
                .forEach(run -> Report.of(run.root()).write());
        if (group.runs().size() == 1) {
            sedge.console().say("report: " + group.root().resolve(Report.FILE_NAME));
        } else {
            sedge.console().say("reports: " + group.root().resolve("seed-*").resolve(Report.FILE_NAME));
            Path comparison = group.root().resolve(RunComparison.FOLDER);
            sedge.console().say("comparison: " + new RunComparison(List.of(group.root()), List.of()).write(comparison));
            GroupTable.lines(group).forEach(sedge.console().out()::println);
        }
        sedge.console().out().println(group.root());
    }
}
