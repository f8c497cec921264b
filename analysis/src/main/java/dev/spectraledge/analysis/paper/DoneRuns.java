package dev.spectraledge.analysis.paper;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.RunStatus;
import dev.spectraledge.trainer.sweep.SweepPlan;
import dev.spectraledge.trainer.sweep.SweptState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs of a paper's subjects that a sweep has done already. */
final class DoneRuns {
    private final SweepPlan plan;
    private final List<Done> runs;

    /** A run and what it is of. */
    private record Done(PlannedRun planned, RunConfig config, Subject subject) {}

    private DoneRuns(SweepPlan plan, List<Done> runs) {
        this.plan = plan;
        this.runs = runs;
    }

    static DoneRuns of(Paper paper, SweepPlan plan) {
        return new DoneRuns(
                plan,
                plan.runs().stream()
                        .filter(run -> RunStatus.of(plan, run).state() == SweptState.DONE)
                        .flatMap(run -> done(paper, run).stream())
                        .toList());
    }

    private static Optional<Done> done(Paper paper, PlannedRun run) {
        return subject(paper, run).map(subject -> new Done(run, run.config(), subject));
    }

    /** What a planned run is of; empty if it is of no subject, or another version of this program has made its plan. */
    static Optional<Subject> subject(Paper paper, PlannedRun run) {
        try {
            return paper.subjectOf(run.config());
        } catch (UsageException | RunException ofAnotherVersion) {
            return Optional.empty();
        }
    }

    /** Those whose subject and seed none of some runs have, as those are described. */
    List<WantedRun> without(List<WantedRun> wanted) {
        return runs.stream()
                .map(run -> new WantedRun(run.subject(), run.config().training().seed(), settings(run.planned())))
                .filter(run -> wanted.stream().noneMatch(run::isOfSameSubjectAndSeed))
                .toList();
    }

    /**
     * What describes a run among any others. Keys that its plan had for the sake of other runs alone have no value there: they have
     * the one of its configuration here, since not every key may be null, and are left out where its task has no such key.
     */
    static Map<String, Object> settings(PlannedRun run) {
        Map<?, ?> configuration = run.config().toWholeMap();
        Map<String, Object> settings = new LinkedHashMap<>();
        run.swept().forEach((key, value) -> {
            if (value != null) {
                settings.put(key, value);
            } else if (Subject.has(configuration, key)) {
                settings.put(key, Subject.value(configuration, key));
            }
        });
        return settings;
    }

    /** The one of the same subject and seed that was evaluated as often, kept as many snapshots and went at least as far. */
    Optional<PlannedRun> inPlaceOf(WantedRun wanted) {
        return runs.stream()
                .filter(run -> run.subject().equals(wanted.subject())
                        && run.config().training().seed() == wanted.seed()
                        && run.config().training().steps() >= wanted.number("training.steps")
                        && run.config().evaluation().every() == wanted.number("evaluation.every")
                        && Long.valueOf(wanted.number("checkpoints.every")).equals(every(run.config())))
                .map(Done::planned)
                .findFirst();
    }

    private static Long every(RunConfig config) {
        Integer every = config.checkpoints().every();
        return every == null ? null : Long.valueOf(every);
    }

    SweepPlan plan() {
        return plan;
    }
}
