package dev.spectraledge.analysis.earlywarning;

import dev.spectraledge.analysis.statistic.Holm;
import dev.spectraledge.analysis.statistic.Proportion;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.warning.DetectorRule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Judges detectors by the runs of sweeps, some of which the event came to and some not. */
public final class EarlyWarning {
    private static final double LEVEL = 0.05;
    private static final double LOWER = 0.25;
    private static final double UPPER = 0.75;

    private final TargetEvent event;
    private final double ahead;
    private final List<RunCourse> runs;
    private final List<String> damaged;
    private final List<DetectorRule> unrecorded;
    private final List<DetectorVerdict> verdicts = new ArrayList<>();
    private final Map<DetectorRule, Comparisons> comparisons = new LinkedHashMap<>();

    private EarlyWarning(
            TargetEvent event, double ahead, List<DetectorRule> rules, List<RunCourse> runs, List<String> damaged) {
        this.event = event;
        this.ahead = ahead;
        this.runs = runs;
        this.damaged = damaged;
        unrecorded = rules.stream().filter(rule -> with(rule).isEmpty()).toList();
        List<DetectorRule> judged =
                rules.stream().filter(rule -> !unrecorded.contains(rule)).toList();
        judged.forEach(rule -> verdicts.add(judge(rule, LEVEL / judged.size())));
        double[] adjusted = Holm.adjusted(verdicts.stream()
                .mapToDouble(verdict -> verdict.correlation().probability())
                .toArray());
        for (int i = 0; i < adjusted.length; i++) {
            verdicts.set(i, verdicts.get(i).adjusted(adjusted[i]));
        }
    }

    /**
     * Reads the runs and judges.
     *
     * @param sources sweeps, runs, or folders of runs
     * @param ahead steps before the event at which severities are compared
     * @throws RunException if there are no runs that have begun
     */
    public static EarlyWarning of(List<Path> sources, List<DetectorRule> rules, TargetEvent event, double ahead) {
        List<RunCourse> runs = new ArrayList<>();
        List<String> damaged = new ArrayList<>();
        for (Path source : sources) {
            for (Path directory : RunsOfSource.of(source)) {
                try {
                    RunCourse.read(directory, rules).ifPresent(runs::add);
                } catch (RunException unreadable) {
                    damaged.add(unreadable.getMessage());
                }
            }
        }
        if (runs.isEmpty()) {
            throw new RunException(sources.getFirst() + ": no run of it has begun"
                    + (damaged.isEmpty() ? "" : "; " + damaged.getFirst()));
        }
        return new EarlyWarning(event, ahead, rules, runs, damaged);
    }

    private List<RunCourse> with(DetectorRule rule) {
        return runs.stream().filter(run -> run.detector(rule).isPresent()).toList();
    }

    private DetectorVerdict judge(DetectorRule rule, double level) {
        List<RunCourse> recorded = with(rule);
        List<DetectorCourse> courses =
                recorded.stream().map(run -> run.detector(rule).orElseThrow()).toList();
        List<OptionalDouble> events =
                recorded.stream().map(run -> run.event(event)).toList();
        int came = 0;
        int warned = 0;
        int alarms = 0;
        List<Double> warningSteps = new ArrayList<>();
        List<Double> eventSteps = new ArrayList<>();
        List<String> warnedTasks = new ArrayList<>();
        for (int run = 0; run < recorded.size(); run++) {
            boolean fired = courses.get(run).warning().isPresent();
            if (events.get(run).isEmpty()) {
                alarms += fired ? 1 : 0;
                continue;
            }
            came++;
            if (fired) {
                warningSteps.add((double) courses.get(run).warning().getAsLong());
                eventSteps.add(events.get(run).getAsDouble());
                warnedTasks.add(recorded.get(run).task());
                warned += warningSteps.getLast() < eventSteps.getLast() ? 1 : 0;
            }
        }
        boolean bothKinds = came > 0 && came < recorded.size();
        Comparisons compared = new Comparisons(
                courses,
                recorded.stream().map(RunCourse::task).toList(),
                events,
                recorded.stream().mapToDouble(RunCourse::lastStep).toArray(),
                ahead,
                event.within());
        comparisons.put(rule, compared);
        return new DetectorVerdict(
                rule,
                recorded.size(),
                Proportion.of(warned, came),
                Proportion.of(alarms, recorded.size() - came),
                leads(rule, recorded),
                StepCorrelation.of(array(warningSteps), array(eventSteps), warnedTasks),
                Double.NaN,
                bothKinds ? compared.area() : Double.NaN,
                bothKinds
                        ? ResampledRuns.of(recorded.size(), level, compared::area)
                        : new ResampledRuns(Double.NaN, Double.NaN));
    }

    private Map<TargetEvent, DetectorVerdict.Lead> leads(DetectorRule rule, List<RunCourse> recorded) {
        Map<TargetEvent, DetectorVerdict.Lead> leads = new LinkedHashMap<>();
        for (TargetEvent each : event.shown()) {
            double[] steps = recorded.stream()
                    .filter(run -> run.event(each).isPresent())
                    .filter(run -> run.detector(rule).orElseThrow().warning().isPresent())
                    .mapToDouble(run -> run.event(each).getAsDouble()
                            - run.detector(rule).orElseThrow().warning().getAsLong())
                    .toArray();
            leads.put(
                    each,
                    new DetectorVerdict.Lead(
                            steps.length, quantile(steps, LOWER), Statistics.median(steps), quantile(steps, UPPER)));
        }
        return leads;
    }

    private static double quantile(double[] values, double share) {
        return values.length == 0 ? Double.NaN : Statistics.quantile(values, share);
    }

    private static double[] array(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }

    /** What is warned of. */
    public TargetEvent event() {
        return event;
    }

    /** Steps before the event at which severities are compared. */
    public double ahead() {
        return ahead;
    }

    /** In the order of the rules; without those for which no run records what they look at. */
    public List<DetectorVerdict> verdicts() {
        return List.copyOf(verdicts);
    }

    /** One line for each run that could not be read. */
    public List<String> damaged() {
        return damaged;
    }

    /** Detectors to which no run shows at least three rows of what they look at. */
    public List<DetectorRule> unrecorded() {
        return unrecorded;
    }

    /** How many runs have begun. */
    public int runs() {
        return runs.size();
    }

    /** To how many of them the event came. */
    public int came() {
        return (int) runs.stream().filter(run -> run.event(event).isPresent()).count();
    }

    /** Why there is no ROC; empty if there is one. */
    public Optional<String> noRoc() {
        if (came() == 0) {
            return Optional.of(
                    event.subject() + " came in none of the " + runs() + " runs, so there was nothing to warn of");
        }
        if (came() == runs()) {
            return Optional.of(event.subject() + " came in all of the " + runs() + " runs, so no alarm could be wrong");
        }
        return Optional.empty();
    }

    /** The steps by which the middle of a window lies back, from the least to the greatest of the runs. */
    public List<Double> windowDelays() {
        return runs.stream()
                .map(RunCourse::windowDelay)
                .filter(delay -> !delay.isNaN())
                .distinct()
                .sorted()
                .toList();
    }

    /** The ROC curve of a detector that was judged. */
    List<Comparisons.RocPoint> curve(DetectorRule rule) {
        return comparisons.get(rule).curve();
    }

    /**
     * By how much the area of one choice is above that of another, when whole runs are drawn with replacement: the 95 % interval of
     * what has been chosen, not of the choosing.
     */
    ResampledRuns advantage(HeldOutChoice choice, HeldOutChoice over) {
        Map<DetectorRule, int[]> places = new HashMap<>();
        return ResampledRuns.of(runs.size(), LEVEL, drawn -> {
            Function<DetectorRule, int[]> counts = rule -> Arrays.stream(places.computeIfAbsent(rule, this::places))
                    .map(run -> drawn[run])
                    .toArray();
            return choice.area(counts) - over.area(counts);
        });
    }

    /** Of the runs that record what a detector looks at. */
    private int[] places(DetectorRule rule) {
        return IntStream.range(0, runs.size())
                .filter(run -> runs.get(run).detector(rule).isPresent())
                .toArray();
    }

    /** The choice of the best detector of some kinds on half of the seeds, and what the other half says of it. */
    public Optional<HeldOutChoice> choice(List<String> kinds) {
        return noRoc().isPresent()
                ? Optional.empty()
                : HeldOutChoice.of(
                        verdicts.stream()
                                .map(DetectorVerdict::rule)
                                .filter(rule -> kinds.contains(rule.kind()))
                                .toList(),
                        rule -> with(rule).stream().mapToLong(RunCourse::seed).toArray(),
                        comparisons::get);
    }
}
