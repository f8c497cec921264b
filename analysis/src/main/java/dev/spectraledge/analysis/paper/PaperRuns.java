package dev.spectraledge.analysis.paper;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.RunStatus;
import dev.spectraledge.trainer.sweep.SweepPlan;
import dev.spectraledge.trainer.sweep.SweptState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/** The runs that a paper is about, as a sweep: each subject for each seed, never ending early unless the paper's own file says so. */
public final class PaperRuns {
    private static final String PLAN_FILE = "sweep.yaml";

    private PaperRuns() {}

    /**
     * Writes the plan into a directory, in the place of an earlier one. Runs that the directory has done already belong to the new
     * plan as well, unless it has others of the same subject and seed. Runs with a setting that other runs decide are there as soon
     * as those have ended: whoever trains a plan asks for it again until it stays the same.
     *
     * @param lender directory of another reproduction, whose runs stand in the place of those that would be trained: of the same
     *     subject and seed, as long at least and with the same evaluations and snapshots; empty to train all
     * @throws UsageException if there would be no runs
     * @throws RunException if a directory cannot be read or written, or the lender's has no plan
     */
    public static SweepPlan plan(Paper paper, Path directory, Extent extent, List<Part> parts, Optional<Path> lender) {
        Optional<DoneRuns> lent = lender.map(folder -> DoneRuns.of(paper, SweepPlan.read(folder)));
        try {
            Files.createDirectories(directory);
        } catch (IOException failure) {
            throw RunException.of("cannot create", directory, failure);
        }
        Optional<SweepPlan> present = SweepPlan.readIfPlanned(directory);
        List<WantedRun> runs = new ArrayList<>();
        for (Part part : withSearches(paper, parts)) {
            for (long seed : extent.seeds(part)) {
                for (Subject subject : extent.subjects(part)) {
                    decided(paper, extent, part, subject, seed, present)
                            .map(settings -> new WantedRun(subject, seed, settings))
                            .map(wanted -> lent.flatMap(done -> done.inPlaceOf(wanted)
                                            .map(run -> borrowed(wanted, run, done.plan(), directory)))
                                    .orElse(wanted))
                            .ifPresent(runs::add);
                }
            }
        }
        if (runs.isEmpty()) {
            throw new UsageException("--scale " + extent.scale() + " trains no runs of "
                    + String.join(", ", parts.stream().map(Part::name).toList())
                    + "; name another scale, or --seeds");
        }
        present.map(earlier -> DoneRuns.of(paper, earlier))
                .ifPresent(earlier -> runs.addAll(earlier.without(List.copyOf(runs))));
        runs.sort(Comparator.comparingInt(run -> paper.parts().indexOf(paper.partOf(run.subject()))));
        return write(directory, runs.stream().map(WantedRun::settings).toList());
    }

    /** How many runs are still to come, once the searches that a plan holds have decided their settings. */
    public static long waiting(Paper paper, SweepPlan plan, Extent extent, List<Part> parts) {
        return parts.stream()
                .mapToLong(part -> extent.seeds(part).size()
                        * extent.subjects(part).stream()
                                .flatMap(subject -> subject.course().chosen().stream())
                                .filter(chosen -> chosen.value(paper, Optional.of(plan), stepsOf(paper, extent))
                                        .isEmpty())
                                .count())
                .sum();
    }

    private static ToLongFunction<Subject> stepsOf(Paper paper, Extent extent) {
        return subject -> extent.steps(paper.partOf(subject), subject);
    }

    /** The parts, and those that search a setting of theirs. */
    private static List<Part> withSearches(Paper paper, List<Part> parts) {
        return Stream.concat(
                        parts.stream()
                                .flatMap(part -> part.subjects().stream())
                                .flatMap(subject -> subject.course().chosen().stream())
                                .flatMap(chosen -> chosen.among().stream())
                                .map(name -> paper.partOf(paper.subject(name))),
                        parts.stream())
                .distinct()
                .toList();
    }

    /** Those of a run; empty while a search has not decided them. */
    private static Optional<Map<String, Object>> decided(
            Paper paper, Extent extent, Part part, Subject subject, long seed, Optional<SweepPlan> present) {
        Map<String, Object> settings = settings(extent, part, subject, seed);
        Optional<ChosenSetting> chosen = subject.course().chosen();
        if (chosen.isEmpty()) {
            return Optional.of(settings);
        }
        return chosen.get().value(paper, present, stepsOf(paper, extent)).map(value -> {
            settings.put(chosen.get().key(), value);
            return settings;
        });
    }

    /** The run of another directory in the place of a wanted one, to which a link leads. */
    private static WantedRun borrowed(WantedRun wanted, PlannedRun run, SweepPlan owner, Path directory) {
        Path link = directory.resolve("runs").resolve(run.id());
        try {
            Files.createDirectories(link.getParent());
            if (Files.notExists(link)) {
                Files.createSymbolicLink(link, owner.directory(run).toRealPath());
            }
        } catch (IOException failure) {
            throw RunException.of("cannot link", link, failure);
        }
        return new WantedRun(wanted.subject(), wanted.seed(), DoneRuns.settings(run));
    }

    /**
     * The plan of runs that never end early, into a directory that is there.
     *
     * @param runs settings of each by dotted key
     */
    static SweepPlan write(Path directory, List<Map<String, Object>> runs) {
        Path file = directory.resolve(PLAN_FILE);
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("training.stopOn", null);
        document.put("checkpoints.schedule", "every");
        document.put("sweep", Map.of("list", runs));
        // JSON is YAML.
        AtomicFile.write(file, Json.pretty(document));
        SweepPlan plan = SweepPlan.of(file, directory);
        plan.write(file);
        return plan;
    }

    /**
     * Removes what the runs that are done could be resumed from, which is larger than the weights that they keep. Nobody does:
     * a run is named by its whole configuration, so that a longer one is another run.
     */
    public static void forgetResumeStates(SweepPlan plan) {
        for (PlannedRun run : plan.runs()) {
            if (RunStatus.of(plan, run).state() == SweptState.DONE) {
                Path state = RunDirectory.resumeState(plan.directory(run));
                try {
                    Files.deleteIfExists(state);
                } catch (IOException failure) {
                    throw RunException.of("cannot delete", state, failure);
                }
            }
        }
    }

    private static Map<String, Object> settings(Extent extent, Part part, Subject subject, long seed) {
        Course course = subject.course();
        Map<String, Object> run = new TreeMap<>(subject.settings());
        run.put("evaluation.every", extent.cadence(part));
        run.put("checkpoints.every", extent.cadence(part));
        run.putAll(course.settings());
        run.putAll(extent.training(part));
        long steps = extent.steps(part, subject);
        run.put("training.steps", steps);
        if (!course.halfWay().isEmpty()) {
            run.put(course.halfWay(), Math.max(1, steps / 2));
        }
        run.put("training.seed", seed);
        run.putAll(extent.numbers(part).settings());
        run.put("observers", extent.observers(part));
        if (extent.publishedControls()) {
            run.putAll(course.asPublished());
        }
        return run;
    }
}
