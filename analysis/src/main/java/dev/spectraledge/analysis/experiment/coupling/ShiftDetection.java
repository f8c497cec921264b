package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.FigureName;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.SpectrumCourse;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TableExperiment;
import dev.spectraledge.analysis.nulls.RandomSequence;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.EventMark;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.series.Autoregression;
import dev.spectraledge.analysis.series.SeriesNull;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.trainer.RunEvents;
import dev.spectraledge.trainer.io.EventLog;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Whether the spectrum of windows sees that the data have changed (Spectral Edge Dynamics §6). Published: the step at which each of
 * three detectors finds a series to have changed most, and whether it is within 200 steps of the shift; a detector that always names
 * a step cannot find nothing. Controlled: in how many surrogates the same happens; and detectors that know the windows before the
 * shift alone and may stay silent, with their delay from the first window that holds an update of after the shift, against
 * continuations of these windows that are as slow and in which nothing shifts. Beside the ratios of singular values stand the
 * test losses, of every set that there is one of. In a run without a shift the middle of its windows stands for it: a run like the
 * others but for the shift, with another learning rate alone or with a fresh optimiser alone, is the control.
 */
public final class ShiftDetection implements TableExperiment {
    static final String NAME = "shift-detection";
    private static final long STREAM = 0x73686966;
    private static final double WITHIN = 200;
    private static final int DRAWS = 199;
    /** Windows before and after a shift of which something can be said. */
    private static final int FEWEST = 2 * ChangeDetector.FEWEST;

    /** Names in items, and columns of a spectrum. */
    private static final Map<String, String> RATIOS = ratios();

    private static Map<String, String> ratios() {
        Map<String, String> ratios = new LinkedHashMap<>();
        ratios.put("r12", "ratio_12");
        ratios.put("r23", "ratio_23");
        ratios.put("r34", "ratio_34");
        ratios.put("R", "gap_ratio");
        return ratios;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Does the spectrum of windows show a shift of the data, and nothing where there is none?";
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        OptionalLong shift = shift(run);
        for (SpectrumCourse course : SpectrumCourse.all(run)) {
            double[] steps = course.steps();
            if (steps.length >= 2 * FEWEST) {
                double reference = shift.isPresent()
                        ? (double) shift.getAsLong()
                        : course.stride() * Math.floor(steps[steps.length - 1] / 2 / course.stride());
                findings.controlled("shifted", course.key(), (long) reference, shift.isPresent() ? 1 : 0);
                measure(run, course, reference, findings);
            }
        }
        if (findings.measurements().stream().noneMatch(each -> each.quantity().equals("found"))) {
            SpectrumCourse.lack(
                    "no observer has " + FEWEST + " windows before "
                            + (shift.isPresent() ? "the shift" : "the middle of the run") + " and as many after it",
                    findings);
        }
        if (shift.isEmpty()) {
            findings.remark("nothing shifts in this run, so whatever is found at the middle of its windows has "
                    + "another cause");
        }
        return findings;
    }

    /** The last step before it. */
    private static OptionalLong shift(StudiedRun run) {
        return run.record().events().stream()
                .flatMap(List::stream)
                .filter(event -> event.name().equals(RunEvents.TASK_SHIFT))
                .mapToLong(EventLog.Event::step)
                .findFirst();
    }

    private static void measure(StudiedRun run, SpectrumCourse course, double reference, Findings findings) {
        Map<String, double[]> series = new LinkedHashMap<>();
        RATIOS.forEach((name, column) -> series.put(name, course.column(column)));
        series.putAll(losses(run, course.steps()));
        series.forEach((name, values) -> measure(
                course.key() + "/" + name,
                course.steps(),
                values,
                reference,
                new PhiloxKey(run.seed().orElse(0), STREAM + name.hashCode()),
                findings));
        findings.figure(figure(course, reference));
    }

    /** Of each test set, where the run was evaluated when windows end. */
    private static Map<String, double[]> losses(StudiedRun run, double[] steps) {
        Map<String, double[]> losses = new LinkedHashMap<>();
        if (run.records(LossCourse.TEST_LOSS)) {
            Evaluations evaluations = new Evaluations(run);
            run.metrics().columns().stream()
                    .filter(column -> column.startsWith(LossCourse.TEST_LOSS))
                    .forEach(column -> losses.put(
                            column,
                            Arrays.stream(steps)
                                    .map(step -> evaluations.at((long) step, column))
                                    .toArray()));
        }
        return losses;
    }

    /**
     * What is said of one series.
     *
     * @param values NaN where nobody knows them
     * @param reference last step before the shift
     */
    static void measure(
            String item, double[] steps, double[] values, double reference, PhiloxKey key, Findings findings) {
        int[] known = IntStream.range(0, steps.length)
                .filter(index -> Double.isFinite(values[index]))
                .toArray();
        int before = (int)
                IntStream.of(known).filter(index -> steps[index] <= reference).count();
        if (before < FEWEST || known.length - before < FEWEST) {
            return;
        }
        double[] ends = IntStream.of(known).mapToDouble(index -> steps[index]).toArray();
        double[] whole = IntStream.of(known).mapToDouble(index -> values[index]).toArray();
        double[] baseline = Arrays.copyOf(whole, before);
        double[] later = Arrays.copyOfRange(whole, before, whole.length);
        long at = (long) reference;
        findings.controlled("baseline-windows", item, at, before);
        Autoregression process = Autoregression.of(baseline);
        List<double[]> surrogates = SeriesNull.AUTOREGRESSION.draws(whole, key).toList();
        for (ChangeDetector detector : ChangeDetector.values()) {
            String name = item + "/" + detector.key();
            double found = ends[detector.place(whole)];
            findings.published("found-step", name, at, found);
            findings.published("distance", name, at, found - reference);
            findings.published("found", name, at, Math.abs(found - reference) <= WITHIN ? 1 : 0);
            findings.controlled(
                    "found-by-chance",
                    name,
                    at,
                    surrogates.stream()
                            .mapToInt(drawn -> Math.abs(ends[detector.place(drawn)] - reference) <= WITHIN ? 1 : 0)
                            .average()
                            .orElseThrow());
            alarms(
                    name,
                    detector,
                    process,
                    baseline,
                    later,
                    Arrays.copyOfRange(ends, before, ends.length),
                    at,
                    key,
                    findings);
        }
    }

    private static void alarms(
            String name,
            ChangeDetector detector,
            Autoregression process,
            double[] baseline,
            double[] later,
            double[] ends,
            long at,
            PhiloxKey key,
            Findings findings) {
        OptionalInt alarm = detector.alarm(baseline, later);
        double delay = delay(alarm, ends);
        findings.controlled("alarm-step", name, at, alarm.isPresent() ? ends[alarm.getAsInt()] : Double.NaN);
        findings.controlled("delay", name, at, alarm.isPresent() ? delay : Double.NaN);
        findings.controlled("found", name, at, delay <= WITHIN ? 1 : 0);
        RandomSequence random = new RandomSequence();
        random.seek(key, detector.stream() << Integer.SIZE);
        double[] promptness = IntStream.range(0, DRAWS)
                .mapToDouble(draw -> {
                    double[] drawn = process.draw(random, baseline.length + later.length);
                    return -delay(
                            detector.alarm(
                                    Arrays.copyOf(drawn, baseline.length),
                                    Arrays.copyOfRange(drawn, baseline.length, drawn.length)),
                            ends);
                })
                .toArray();
        findings.controlled(
                "false-alarms",
                name,
                at,
                Arrays.stream(promptness).filter(each -> -each <= WITHIN).count() / (double) DRAWS);
        findings.controlled("alarm-p", name, at, Null.of(promptness).probability(-delay));
    }

    /** Steps from the first window that holds something new to the alarm; infinite if none comes. */
    private static double delay(OptionalInt alarm, double[] ends) {
        return alarm.isPresent() ? ends[alarm.getAsInt()] - ends[0] : Double.POSITIVE_INFINITY;
    }

    private static Figure figure(SpectrumCourse course, double reference) {
        CurveFigure ratios = CurveFigure.plain(new Findings());
        int colour = Palette.BLUE;
        for (Map.Entry<String, String> ratio : RATIOS.entrySet()) {
            ratios.curve(ratio.getKey(), course.steps(), course.column(ratio.getValue()), colour++, Line.Stroke.SOLID);
        }
        return new Figure(
                FigureName.of(course.key()),
                "Ratios of singular values around a shift: " + course.key(),
                1,
                List.of(ratios.events(List.of(new EventMark(reference, "shift")))
                        .panel("Ratios, " + course.key(), Axis.linear("step"), Axis.log("ratio"))));
    }
}
