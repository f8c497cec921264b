package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.RunStatus;
import dev.spectraledge.trainer.sweep.SweepPlan;
import dev.spectraledge.trainer.sweep.SweptState;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * A setting that a search decides: that of the subject whose runs end with the least test loss.
 *
 * @param key of the setting
 * @param among names of the subjects that are searched, which differ in it
 */
record ChosenSetting(String key, List<String> among) {
    /** A subject that was searched, and the mean test loss of those of its runs that came to their ends. */
    private record Candidate(Subject subject, double loss) {}

    /**
     * The value; empty while a run of the search is still to come to its end.
     *
     * @param plan of the runs of the search, among others
     * @param steps that a run of a subject takes; shorter and longer ones are of another search
     * @throws RunException if all runs of the search have failed
     */
    Optional<Object> value(Paper paper, Optional<SweepPlan> plan, ToLongFunction<Subject> steps) {
        if (plan.isEmpty() || !isSearched(paper, plan.get(), steps)) {
            return Optional.empty();
        }
        return Optional.of(among.stream()
                .map(paper::subject)
                .map(subject -> new Candidate(subject, loss(paper, plan.get(), subject, steps)))
                .filter(candidate -> Double.isFinite(candidate.loss()))
                .min(Comparator.comparingDouble(Candidate::loss))
                .map(best -> best.subject().settings().get(key))
                .orElseThrow(() -> new RunException("no run of the search of " + key + " (" + String.join(", ", among)
                        + ") has finished; sedge sweep status "
                        + plan.get().root() + " says why")));
    }

    private boolean isSearched(Paper paper, SweepPlan plan, ToLongFunction<Subject> steps) {
        return among.stream().map(paper::subject).allMatch(subject -> {
            List<PlannedRun> runs = runs(paper, plan, subject, steps);
            return !runs.isEmpty() && runs.stream().allMatch(run -> hasEnded(plan, run));
        });
    }

    private static boolean hasEnded(SweepPlan plan, PlannedRun run) {
        SweptState state = RunStatus.of(plan, run).state();
        return state == SweptState.DONE || state == SweptState.FAILED;
    }

    private static double loss(Paper paper, SweepPlan plan, Subject subject, ToLongFunction<Subject> steps) {
        return Statistics.mean(runs(paper, plan, subject, steps).stream()
                .map(run -> RunStatus.of(plan, run))
                .filter(status -> status.state() == SweptState.DONE)
                .map(RunStatus::testLoss)
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .toArray());
    }

    private static List<PlannedRun> runs(Paper paper, SweepPlan plan, Subject subject, ToLongFunction<Subject> steps) {
        return plan.runs().stream()
                .filter(run -> DoneRuns.subject(paper, run).equals(Optional.of(subject)))
                .filter(run -> run.config().training().steps() == steps.applyAsLong(subject))
                .toList();
    }
}
