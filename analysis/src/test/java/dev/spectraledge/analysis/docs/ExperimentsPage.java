package dev.spectraledge.analysis.docs;

import dev.spectraledge.analysis.experiment.Backends;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Experiments;
import dev.spectraledge.analysis.experiment.JointExperiment;
import dev.spectraledge.analysis.experiment.MeasuredNames;
import dev.spectraledge.analysis.experiment.OpenEndedExperiment;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.Tasks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Every experiment: what it asks, what it objects to, what it writes. */
final class ExperimentsPage {
    /** Three snapshots and nothing else: whatever an experiment needs besides is an objection. */
    private static final Path BARE =
            Path.of("src", "test", "resources", "dev", "spectraledge", "analysis", "experiment", "dyck_s42");

    /** What the objection of an experiment begins with that is not asked of a task. */
    private static final String OTHER_TASK = "is about ";

    /** Each brings out another objection. */
    private static final List<List<String>> VARIANTS = List.of(
            List.of(),
            List.of("training.weightDecay=0"),
            List.of("training.weightDecay=0", "training.lossGradient=rounded"),
            List.of("training.decayed=in_proj|c_attn"),
            List.of("training.learningRateSchedule=cosine"));

    private final List<StudiedRun> runs;

    private ExperimentsPage(List<StudiedRun> runs) {
        this.runs = runs;
    }

    static String text() {
        List<StudiedRun> runs = new ArrayList<>();
        try {
            for (String task : Tasks.names()) {
                VARIANTS.forEach(settings -> runs.add(run(task, settings)));
            }
            return new ExperimentsPage(runs).make();
        } finally {
            runs.forEach(StudiedRun::close);
        }
    }

    private static StudiedRun run(String task, List<String> settings) {
        ConfigResolver resolver = new ConfigResolver().override("task.name=" + task);
        if (task.equals("text")) {
            resolver.override("task.source=rules").override("task.tokens=10000");
        }
        settings.forEach(resolver::override);
        return StudiedRun.of(BARE, resolver.resolve(), Backends.onHost(new CpuBackend()));
    }

    private String make() {
        StringBuilder page = new StringBuilder("""
            # Experiments

            <!-- Made by ReferencePagesTest from the experiments and the names of what they measured. -->

            `sedge experiment NAME RUN` asks a finished run and writes `experiments/NAME.json` with its figures; what is in such a document
            is on the page [Files](files.md#experimentsnamejson). Every experiment needs snapshots (`checkpoints.schedule=every
            checkpoints.every=100`); what else one needs stands in the words with which the program refuses a run that lacks it. Then come the
            names of the quantities that it writes, as published and controlled.

            """);
        Map<String, Map<String, Set<String>>> quantities = quantities();
        for (Experiment experiment : Experiments.all()) {
            section(page, experiment.name(), experiment.question(), facts(experiment), quantities);
        }
        for (JointExperiment experiment : Experiments.joint()) {
            section(page, experiment.name(), experiment.question(), List.of("Asks several runs together."), quantities);
        }
        page.setLength(page.length() - 1);
        return page.toString();
    }

    private static void section(
            StringBuilder page,
            String name,
            String question,
            List<String> facts,
            Map<String, Map<String, Set<String>>> quantities) {
        page.append("## `").append(name).append("`\n\n").append(question).append("\n\n");
        facts.forEach(fact -> page.append("- ").append(fact).append('\n'));
        quantities
                .getOrDefault(name, Map.of())
                .forEach((procedure, names) -> page.append("- Writes, ")
                        .append(procedure)
                        .append(": ")
                        .append(names.stream().map(each -> "`" + each + "`").collect(Collectors.joining(", ")))
                        .append(".\n"));
        page.append('\n');
    }

    private List<String> facts(Experiment experiment) {
        List<String> facts = new ArrayList<>();
        Set<String> objections = new LinkedHashSet<>();
        Set<String> tasks = new LinkedHashSet<>();
        for (StudiedRun run : runs) {
            String objection = experiment.objection(run).orElse("");
            if (!objection.startsWith(OTHER_TASK)) {
                tasks.add(run.task());
                objections.add(objection);
            }
        }
        facts.add("Tasks: " + (tasks.size() == Tasks.names().size() ? "all" : String.join(", ", tasks)) + ".");
        objections.stream()
                .filter(objection -> !objection.isEmpty())
                .forEach(objection -> facts.add(sentence(objection)));
        if (experiment.looksAtPhases()) {
            facts.add("Looks at the steps of phases: `--phases`, `--phases-of`.");
        }
        if (experiment.trainsOn()) {
            facts.add("Trains on from a snapshot, which takes longest: `--device`, `--threads`.");
        }
        if (experiment instanceof OpenEndedExperiment) {
            facts.add("First and last step can be chosen: `--from`, `--until`.");
        }
        return facts;
    }

    /** A clause without a subject as one. */
    private static String sentence(String clause) {
        return clause.substring(0, 1).toUpperCase(Locale.ROOT) + clause.substring(1) + ".";
    }

    /** Names by experiment and procedure. */
    private static Map<String, Map<String, Set<String>>> quantities() {
        Map<String, Map<String, Set<String>>> quantities = new TreeMap<>();
        MeasuredNames.read()
                .keySet()
                .forEach(quantity -> quantities
                        .computeIfAbsent(quantity.experiment(), name -> new TreeMap<>())
                        .computeIfAbsent(quantity.procedure().key(), name -> new LinkedHashSet<>())
                        .add(quantity.name()));
        return quantities;
    }
}
