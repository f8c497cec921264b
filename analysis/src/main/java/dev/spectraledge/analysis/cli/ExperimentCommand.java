package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Experiments;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.FindingsFolder;
import dev.spectraledge.analysis.experiment.JointExperiment;
import dev.spectraledge.analysis.experiment.PhaseSteps;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sedge experiment}. */
@Command(
        name = "experiment",
        description = {
            "Puts a question to trained runs that kept their snapshots (checkpoints.schedule=every, checkpoints.every=100):"
                    + " ablation, curvature, probes and the others of the Lifecycle paper, each as published and with the"
                    + " control that could have failed.",
            "Writes experiments/NAME.json and its figures into each run directory. NAME 'all' stands for every experiment that"
                    + " suits a run, 'list' names them."
        },
        footer = {
            "",
            "Examples:",
            "  sedge experiment list",
            "  sedge experiment gradient-decay runs/dyck_wd1_s42",
            "  sedge experiment all runs/dyck_wd0_s42 --phases-of runs/dyck_wd1_s42",
            "  sedge experiment interventions runs/dyck_wd1_s42 --until 20000",
            "  sedge experiment ablation snapshots/ --task dyck --weight-decay 1 --phases published --out findings"
        },
        mixinStandardHelpOptions = true)
final class ExperimentCommand implements Callable<Integer> {
    private static final String ALL = "all";
    private static final String LIST = "list";

    @ParentCommand
    private Sedge sedge;

    @Parameters(index = "0", paramLabel = "NAME", description = "The experiment, or all, or list.")
    private String name;

    @Parameters(
            index = "1..*",
            paramLabel = "RUN",
            description = "Run directories, or folders of snapshots with --task.")
    private List<Path> runs = List.of();

    @Option(
            names = "--phases",
            paramLabel = "WHICH",
            description = "detected: from the run's own metrics. published: the steps that the paper typed in for all"
                    + " seeds (default: ${DEFAULT-VALUE}).",
            defaultValue = "detected")
    private String phases;

    @Option(
            names = "--phases-of",
            paramLabel = "RUN2",
            description = "Take the phases that were detected in another run, for one that never grokked.")
    private Path phasesOf;

    @Option(
            names = "--task",
            paramLabel = "TASK",
            description = "Task of a folder of snapshots that is no run directory; its data and model are those of the"
                    + " task's defaults.")
    private String task;

    @Option(names = "--weight-decay", paramLabel = "DECAY", description = "Weight decay of such a folder's training.")
    private Double weightDecay;

    @Option(names = "--lr", paramLabel = "RATE", description = "Learning rate of such a folder's training.")
    private Double learningRate;

    @Option(
            names = "--until",
            paramLabel = "STEP",
            description =
                    "Last step that interventions train to (default: 1000, where Dyck has reached 0.95; published:"
                            + " 20000, which takes many times as long as a run).")
    private Long until;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            description =
                    "Folder that receives the findings; only with a single run (default: experiments in the run).")
    private Path output;

    @Override
    public Integer call() {
        if (name.equals(LIST)) {
            Experiments.all()
                    .forEach(experiment ->
                            sedge.console().out().printf("%-20s %s%n", experiment.name(), experiment.question()));
            Experiments.joint()
                    .forEach(experiment -> sedge.console()
                            .out()
                            .printf("%-20s %s (several runs)%n", experiment.name(), experiment.question()));
            return Sedge.OK;
        }
        Optional<JointExperiment> joint = Experiments.joint().stream()
                .filter(experiment -> experiment.name().equals(name))
                .findFirst();
        if (joint.isPresent()) {
            measure(joint.get());
            return Sedge.OK;
        }
        List<Experiment> experiments = experiments();
        if (runs.isEmpty()) {
            throw new UsageException("no run: sedge experiment " + name + " RUN…");
        }
        if (output != null && runs.size() > 1) {
            throw new UsageException("--out names one folder, but there are " + runs.size() + " runs");
        }
        for (Path directory : runs) {
            StudiedRun run = open(directory);
            PhaseSteps steps = phases(run);
            for (Experiment experiment : experiments) {
                if (experiment.suits(run)) {
                    sedge.console().say(run.name() + ": " + experiment.name());
                    FindingsFolder folder = output == null ? FindingsFolder.of(run) : new FindingsFolder(output);
                    sedge.console().out().println(folder.write(experiment, run, steps, experiment.measure(run, steps)));
                } else if (!name.equals(ALL)) {
                    throw new RunException(run.name() + ": experiment " + name + " does not suit this run: its task ("
                            + run.task() + "), its weight decay, or what it kept at which steps");
                }
            }
        }
        return Sedge.OK;
    }

    private List<Experiment> experiments() {
        List<Experiment> named = name.equals(ALL) ? Experiments.all() : List.of(Experiments.named(name));
        return until == null ? named : Experiments.until(named, until);
    }

    /** The findings are beside those of the first run, unless it is said where. */
    private void measure(JointExperiment experiment) {
        List<StudiedRun> studied = runs.stream().map(this::open).toList();
        if (studied.isEmpty() && output == null) {
            throw new UsageException("without a run, experiment " + name + " needs --out DIR");
        }
        FindingsFolder folder = output == null ? FindingsFolder.of(studied.getFirst()) : new FindingsFolder(output);
        Findings findings = experiment.measure(studied, FindingsFolder::of);
        sedge.console().out().println(folder.write(experiment, studied, findings));
    }

    private StudiedRun open(Path directory) {
        if (task == null) {
            return StudiedRun.open(directory);
        }
        ConfigResolver resolver = new ConfigResolver().flags(Map.of("task.name", task));
        if (weightDecay != null) {
            resolver.value("--weight-decay", "training.weightDecay", weightDecay);
        }
        if (learningRate != null) {
            resolver.value("--lr", "training.learningRate", learningRate);
        }
        RunConfig config = resolver.resolve();
        return StudiedRun.of(directory, config);
    }

    private PhaseSteps phases(StudiedRun run) {
        if (phasesOf != null) {
            return PhaseSteps.detected(StudiedRun.open(phasesOf), run.steps());
        }
        return switch (phases) {
            case "detected" -> PhaseSteps.detected(run, run.steps());
            case "published" -> PhaseSteps.published(run.task());
            default -> throw new UsageException("--phases cannot be '" + phases + "'; it is detected or published");
        };
    }
}
