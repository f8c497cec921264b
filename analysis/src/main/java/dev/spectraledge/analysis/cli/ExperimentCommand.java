package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.experiment.Backends;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Experiments;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.FindingsFolder;
import dev.spectraledge.analysis.experiment.JointExperiment;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.report.Report;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.DeviceChoice;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sedge experiment}. */
@Command(
        name = "experiment",
        description = {
            "Runs an experiment on finished runs that saved snapshots (checkpoints.schedule=every, "
                    + "checkpoints.every=100). Each experiment runs as published and with a control that could "
                    + "have falsified it.",
            "Writes experiments/NAME.json and its figures into each run directory and adds them to "
                    + "its report. NAME 'all' means every experiment that applies to a run, 'list' prints "
                    + "their names. An experiment that finds nothing to measure fails and names the setting "
                    + "that would have saved what it needs."
        },
        footer = {
            "",
            "Examples:",
            "  sedge experiment list",
            "  sedge experiment gradient-decay runs/dyck_wd1_s42",
            "  sedge experiment ablation runs/dyck_wd1_s42 --phases 500,1000,3000",
            "  sedge experiment all runs/dyck_wd0_s42 --phases-of runs/dyck_wd1_s42",
            "  sedge experiment interventions runs/dyck_wd1_s42 --until 20000 --device auto",
            "  sedge experiment ablation snapshots/ --task dyck --phases published -o out"
        },
        mixinStandardHelpOptions = true)
final class ExperimentCommand implements Callable<Integer> {
    private static final String ALL = "all";
    private static final String LIST = "list";
    private static final int NAME_WIDTH = 25;
    private static final String NAME = "name";
    private static final String QUESTION = "question";
    private static final String SEVERAL_RUNS = "several_runs";

    @ParentCommand
    private Sedge sedge;

    @Parameters(index = "0", paramLabel = "NAME", description = "Name of the experiment, or all, or list.")
    private String name;

    @Parameters(
            index = "1..*",
            paramLabel = "RUN",
            description = "Run directories, folders of snapshots with --task, or analyses of checkpoints (for "
                    + "experiments that read tables alone).")
    private List<Path> runs = List.of();

    @Mixin
    private PhaseChoice phases = new PhaseChoice();

    @Option(
            names = "--task",
            paramLabel = "TASK",
            description = "Task of a folder of snapshots that is not a run directory; data and model are the "
                    + "task's defaults.")
    private String task;

    @Option(
            names = "--weight-decay",
            paramLabel = "DECAY",
            description = "Weight decay used to train the snapshots of such a folder.")
    private Double weightDecay;

    @Option(
            names = "--lr",
            paramLabel = "RATE",
            description = "Learning rate used to train the snapshots of such a folder.")
    private Double learningRate;

    @Option(
            names = "--from",
            paramLabel = "STEP",
            description = "Step of the snapshot from which interventions continue training (default: 500, as "
                    + "published).")
    private Long from;

    @Option(
            names = "--until",
            paramLabel = "STEP",
            description = "Last training step of interventions (default: 500 steps after their first, by which "
                    + "Dyck has reached 0.95; published: 20000, and 15000 for modular arithmetic, which takes "
                    + "many times as long as a run).")
    private Long until;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "Device for training that continues from a snapshot: cpu, cuda, auto or reference "
                    + "(default: ${DEFAULT-VALUE}). Everything else is computed on the host.",
            converter = DeviceConverter.class,
            defaultValue = "cpu")
    private DeviceChoice device;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Worker threads for that training (default: as many as the run had).")
    private Integer threads;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "DIR",
            description = "Folder for the findings; only with a single run (default: experiments/ in the run "
                    + "directory).")
    private Path output;

    @Option(names = "--json", description = "Print the list, or the findings, as JSON instead of file names.")
    private boolean json;

    private final List<Map<String, Object>> documents = new ArrayList<>();
    private final List<RunException> failures = new ArrayList<>();
    private final Map<StudiedRun, PhaseSteps> steps = new HashMap<>();

    @Override
    public Integer call() {
        if (name.equals(LIST)) {
            list();
            return Sedge.OK;
        }
        if (threads != null && threads < 1) {
            throw new UsageException("--threads must be at least 1, not " + threads);
        }
        Optional<JointExperiment> joint = Experiments.joint().stream()
                .filter(experiment -> experiment.name().equals(name))
                .findFirst();
        List<Experiment> wanted = joint.isPresent() ? List.of() : experiments();
        try (ExperimentDevices devices =
                ExperimentDevices.open(device, threads == null ? 0 : threads, sedge.console()::say)) {
            if (joint.isPresent()) {
                measure(joint.get(), devices.backends());
            } else {
                measure(wanted, devices.backends());
            }
        }
        if (json) {
            sedge.console().out().print(Json.pretty(documents));
        }
        if (!failures.isEmpty()) {
            throw failures.size() == 1
                    ? failures.getFirst()
                    : new RunException(failures.size() + " experiments failed");
        }
        return Sedge.OK;
    }

    private void list() {
        List<Map<String, Object>> entries = new ArrayList<>();
        Experiments.all().forEach(experiment -> entries.add(entry(experiment.name(), experiment.question(), false)));
        Experiments.joint().forEach(experiment -> entries.add(entry(experiment.name(), experiment.question(), true)));
        if (json) {
            sedge.console().out().print(Json.pretty(entries));
            return;
        }
        for (Map<String, Object> entry : entries) {
            String several = entry.get(SEVERAL_RUNS).equals(true) ? " (several runs)" : "";
            sedge.console().define(entry.get(NAME).toString(), NAME_WIDTH, entry.get(QUESTION) + several);
        }
    }

    private static Map<String, Object> entry(String name, String question, boolean severalRuns) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put(NAME, name);
        entry.put(QUESTION, question);
        entry.put(SEVERAL_RUNS, severalRuns);
        return entry;
    }

    private void measure(List<Experiment> experiments, Backends backends) {
        if (runs.isEmpty()) {
            throw new UsageException("no run: sedge experiment " + name + " RUN…");
        }
        if (output != null && runs.size() > 1) {
            throw new UsageException("--out names one folder, but there are " + runs.size() + " runs");
        }
        phases.check();
        for (Path directory : runs) {
            try (StudiedRun run = open(directory, backends)) {
                measure(experiments, run);
            }
        }
    }

    private void measure(List<Experiment> experiments, StudiedRun run) {
        int before = documents.size();
        for (Experiment experiment : suitable(experiments, run)) {
            try {
                measure(experiment, run);
            } catch (RunException failure) {
                failed(failure);
            }
        }
        if (documents.size() > before && output == null) {
            showInReport(run);
        }
    }

    /** Those that suit the run; the only one whether it does or not, since its objection is worth a failure. */
    private List<Experiment> suitable(List<Experiment> experiments, StudiedRun run) {
        if (!name.equals(ALL)) {
            return experiments;
        }
        String others = experiments.stream()
                .filter(experiment -> !experiment.suits(run))
                .map(Experiment::name)
                .collect(Collectors.joining(", "));
        if (!others.isEmpty()) {
            sedge.console().say(run.name() + ": left out, since they do not suit it: " + others);
        }
        return experiments.stream().filter(experiment -> experiment.suits(run)).toList();
    }

    private void measure(Experiment experiment, StudiedRun run) {
        String who = run.name() + ": experiment " + experiment.name();
        Optional<String> objection = Objections.of(experiment, run);
        if (objection.isPresent()) {
            throw new RunException(who + " " + objection.get());
        }
        PhaseSteps steps = experiment.looksAtPhases() ? phasesOf(run) : PhaseSteps.none();
        sedge.console().say(run.name() + ": " + experiment.name());
        Findings findings = experiment.measure(run, steps).requireNumbers(who);
        FindingsFolder folder = output == null ? FindingsFolder.of(run) : new FindingsFolder(output);
        written(folder.write(experiment, run, steps, findings));
    }

    /** Found once for each run. */
    private PhaseSteps phasesOf(StudiedRun run) {
        return steps.computeIfAbsent(run, asked -> phases.of(asked, sedge.console()::say));
    }

    private void written(Path file) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("file", file);
        if (json) {
            document.putAll(Json.readObject(file));
        } else {
            sedge.console().out().println(file);
        }
        documents.add(document);
    }

    /** Of several failures each is told at once; a single one is told when the command ends. */
    private void failed(RunException failure) {
        if (name.equals(ALL) || runs.size() > 1) {
            sedge.console().say(FailureMessage.of(failure));
            sedge.debug(failure);
        }
        failures.add(failure);
    }

    /** The page of a run shows its findings; one that has no page yet gets one from {@code sedge report}. */
    private void showInReport(StudiedRun run) {
        if (Files.isRegularFile(run.directory().resolve(Report.FILE_NAME))) {
            sedge.console().say("report: " + Report.of(run.directory()).write());
        } else if (task == null) {
            sedge.console().say("sedge report " + run.directory() + " writes a page that shows them");
        }
    }

    private List<Experiment> experiments() {
        List<Experiment> named = name.equals(ALL) ? Experiments.all() : List.of(Experiments.named(name));
        List<Experiment> begun = from == null ? named : Experiments.from(named, from);
        return until == null ? begun : Experiments.until(begun, until);
    }

    /** The findings are beside those of the first run, unless it is said where. */
    private void measure(JointExperiment experiment, Backends backends) {
        List<StudiedRun> studied =
                runs.stream().map(directory -> open(directory, backends)).toList();
        if (studied.isEmpty() && output == null) {
            throw new UsageException("without a run, experiment " + name + " needs --out DIR");
        }
        FindingsFolder folder = output == null ? FindingsFolder.of(studied.getFirst()) : new FindingsFolder(output);
        try {
            experiment.objection(studied).ifPresent(reason -> {
                throw new RunException("experiment " + name + " " + reason);
            });
            Findings findings = experiment.measure(studied, FindingsFolder::of).requireNumbers("experiment " + name);
            written(folder.write(experiment, studied, findings));
        } finally {
            studied.forEach(StudiedRun::close);
        }
    }

    private StudiedRun open(Path directory, Backends backends) {
        if (task == null) {
            return StudiedRun.open(directory, backends);
        }
        ConfigResolver resolver = new ConfigResolver().flags(Map.of("task.name", task));
        if (weightDecay != null) {
            resolver.value("--weight-decay", "training.weightDecay", weightDecay);
        }
        if (learningRate != null) {
            resolver.value("--lr", "training.learningRate", learningRate);
        }
        RunConfig config = resolver.resolve();
        return StudiedRun.of(directory, config, backends);
    }
}
