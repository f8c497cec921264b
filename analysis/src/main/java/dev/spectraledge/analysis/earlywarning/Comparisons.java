package dev.spectraledge.analysis.earlywarning;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * Runs to which the event comes, each beside those to which it has not come when it comes to the former. The severity of each
 * is read at the same step, so that whatever merely grows with time tells none from another: a detector that fires at a fixed
 * step has an area of one half here (incident cases and dynamic controls, Heagerty and Zheng 2005). Only runs of one task are
 * compared, as a number of another task may be larger for reasons of its own.
 */
final class Comparisons {
    /** By run: whether the event comes to it and there is somebody to compare it with. */
    private final List<Case> cases = new ArrayList<>();

    private final int runs;

    /** A point of the ROC curve: which shares of controls and of cases are at least as alarming as some bound. */
    record RocPoint(double controls, double cases) {}

    /**
     * One of the runs to which the event comes.
     *
     * @param severity of the run itself
     * @param severities of its controls
     * @param wins for each control 1 if the case is more alarming, 1/2 if they are equal, else 0
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Case(int run, double severity, int[] controls, double[] severities, double[] wins) {
        double shareOfControls(double bound) {
            return Arrays.stream(severities).filter(each -> each >= bound).count() / (double) severities.length;
        }
    }

    /**
     * Compares.
     *
     * @param courses what one detector says of each run
     * @param tasks what each run learns
     * @param events the steps of the events of the runs
     * @param lastSteps until when each run was looked at
     * @param ahead steps before the event at which the severity is read
     * @param within rows of so many steps before that count
     */
    Comparisons(
            List<DetectorCourse> courses,
            List<String> tasks,
            List<OptionalDouble> events,
            double[] lastSteps,
            double ahead,
            double within) {
        runs = courses.size();
        for (int run = 0; run < runs; run++) {
            if (events.get(run).isPresent()) {
                add(run, courses, tasks, events, lastSteps, ahead, within);
            }
        }
    }

    private void add(
            int run,
            List<DetectorCourse> courses,
            List<String> tasks,
            List<OptionalDouble> events,
            double[] lastSteps,
            double ahead,
            double within) {
        double step = events.get(run).getAsDouble();
        double own = courses.get(run).severityBefore(step - ahead, within);
        int[] controls = IntStream.range(0, runs)
                .filter(other -> tasks.get(other).equals(tasks.get(run)))
                .filter(other ->
                        events.get(other).isEmpty() || events.get(other).getAsDouble() > step)
                .filter(other -> lastSteps[other] >= step)
                .toArray();
        if (controls.length == 0) {
            return;
        }
        double[] severities = Arrays.stream(controls)
                .mapToDouble(other -> courses.get(other).severityBefore(step - ahead, within))
                .toArray();
        double[] wins = Arrays.stream(severities)
                .map(severity -> severity < own ? 1 : severity == own ? 0.5 : 0)
                .toArray();
        cases.add(new Case(run, own, controls, severities, wins));
    }

    /** Runs to which the event comes while there are others without it. */
    int cases() {
        return cases.size();
    }

    /** The area under the ROC curve: the mean over cases of the share of controls that are less alarming. */
    double area() {
        int[] once = new int[runs];
        Arrays.fill(once, 1);
        return area(once);
    }

    /** The ROC curve, from no alarm to an alarm everywhere. */
    List<RocPoint> curve() {
        List<RocPoint> points = new ArrayList<>(List.of(new RocPoint(0, 0)));
        cases.stream()
                .flatMapToDouble(
                        each -> DoubleStream.concat(DoubleStream.of(each.severity), Arrays.stream(each.severities)))
                .boxed()
                .distinct()
                .sorted(Comparator.reverseOrder())
                .map(this::point)
                .forEach(points::add);
        return points;
    }

    private RocPoint point(double bound) {
        double ofCases = cases.stream().filter(each -> each.severity >= bound).count();
        double ofControls =
                cases.stream().mapToDouble(each -> each.shareOfControls(bound)).sum();
        return new RocPoint(ofControls / cases.size(), ofCases / cases.size());
    }

    /** The same where each run counts so many times; NaN where no case has a control. */
    double area(int[] weights) {
        double sum = 0;
        double total = 0;
        for (Case each : cases) {
            double won = 0;
            double compared = 0;
            for (int i = 0; i < each.controls.length; i++) {
                int weight = weights[each.controls[i]];
                won += weight * each.wins[i];
                compared += weight;
            }
            if (compared > 0) {
                sum += weights[each.run] * won / compared;
                total += weights[each.run];
            }
        }
        return total == 0 ? Double.NaN : sum / total;
    }
}
