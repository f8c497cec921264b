package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.PhaseFigures;
import dev.spectraledge.analysis.experiment.PhaseFigures.Curve;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Reference;
import dev.spectraledge.analysis.series.CircularShifts;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Whether the adiabatic parameter A = ‖ΔG‖_F/(ηg²) tells plateau, transition and forgetting apart (thesis S13 and §3.12), for both
 * readings of ΔG. Published: A as printed, which has the unit of 1/η, around each moment and on plateaus, and whether it is far below
 * 1, about 1 or far above it there as claimed. Controlled: A per update, which has none; whether it is higher around a moment than the
 * same series, moved on around its ends, is there; and how it compares with that on plateaus. The matched-step control is the same of a run without
 * weight decay at the moments of this one ({@code --phases-of}).
 */
public final class Adiabatic implements Experiment {
    static final String NAME = "adiabatic";
    private static final int AROUND = 3;
    private static final double KNOWN = 0.99;
    private static final double STILL = 0.01;
    private static final double FAR = 10;
    private static final String PLATEAU = "plateau";
    private static final String FORGETTING = "forgetting";
    private static final String AT_GROK = "at grok";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Does the adiabatic parameter tell plateaus, grokking and forgetting apart?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.when(!run.hasMetrics(), "needs a metrics.csv with accuracies");
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        WindowCourse course = WindowCourse.of(run, NAME);
        List<WindowCourse.Window> windows = course.even(course.stride()).stream()
                .filter(window -> Double.isFinite(window.operatorChange()))
                .toList();
        if (windows.size() <= 2 * AROUND) {
            course.lack(
                    "only " + windows.size() + " windows follow each other, " + (2 * AROUND + 1) + " are needed",
                    findings);
            return findings;
        }
        long[] steps = windows.stream().mapToLong(WindowCourse.Window::step).toArray();
        Map<String, Long> moments = moments(run, phases, steps);
        boolean[] still = still(run, moments, course.stride(), steps);
        measure(Change.EIGENVALUES, windows, run.learningRate(), moments, still, findings);
        measure(Change.OPERATOR, windows, run.learningRate(), moments, still, findings);
        if (!moments.containsKey(FORGETTING)) {
            findings.remark("train accuracy never fell below " + KNOWN
                    + " again after grokking, so nothing was forgotten that A could show");
        }
        findings.remark("The matched-step control is a run without weight decay, measured at the steps of this "
                + "run (--phases-of).");
        findings.figure(figure(findings));
        return findings;
    }

    /** What ΔG is. */
    enum Change {
        /** That of the sorted eigenvalues, blind to rotation. */
        EIGENVALUES {
            @Override
            double of(WindowCourse.Window window) {
                return window.eigenvalueChange();
            }
        },
        /** That of XᵀX, exactly. */
        OPERATOR {
            @Override
            double of(WindowCourse.Window window) {
                return window.operatorChange();
            }
        };

        abstract double of(WindowCourse.Window window);

        String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static Map<String, Long> moments(StudiedRun run, PhaseSteps phases, long[] steps) {
        Map<String, Long> moments = new LinkedHashMap<>();
        phases.titled(PhaseTable.B).forEach((title, step) -> {
            if (step >= steps[0] && step <= steps[steps.length - 1]) {
                moments.put(title, step);
            }
        });
        forgetting(run).ifPresent(step -> {
            if (step <= steps[steps.length - 1]) {
                moments.put(FORGETTING, step);
            }
        });
        return moments;
    }

    /** The first evaluation after t95 at which training sequences are known to less than 0.99 again. */
    private static OptionalLong forgetting(StudiedRun run) {
        Optional<double[]> accuracies = run.metrics().column("train_accuracy");
        OptionalLong grok = run.grokStep();
        return accuracies.isEmpty() || grok.isEmpty()
                ? OptionalLong.empty()
                : fallen(run.metrics().steps(), accuracies.get(), grok.getAsLong());
    }

    /** The first step, not before {@code from}, at which an accuracy has been at least 0.99 and is below it. */
    static OptionalLong fallen(double[] steps, double[] accuracies, long from) {
        boolean known = false;
        for (int row = 0; row < steps.length; row++) {
            if (known && steps[row] >= from && accuracies[row] < KNOWN) {
                return OptionalLong.of((long) steps[row]);
            }
            known |= accuracies[row] >= KNOWN;
        }
        return OptionalLong.empty();
    }

    /**
     * Windows in which training sequences are known and test accuracy stays within 0.01 of what it was, away from grokking and
     * forgetting.
     */
    private static boolean[] still(StudiedRun run, Map<String, Long> moments, long stride, long[] steps) {
        Evaluations evaluations = new Evaluations(run);
        boolean[] still = new boolean[steps.length];
        for (int index = AROUND; index < steps.length; index++) {
            long step = steps[index];
            double before = evaluations.at(steps[index - AROUND], "test_accuracy");
            boolean near = moments.entrySet().stream()
                    .filter(moment -> moment.getKey().equalsIgnoreCase(AT_GROK)
                            || moment.getKey().equals(FORGETTING))
                    .anyMatch(moment -> Math.abs(moment.getValue() - step) <= AROUND * stride);
            still[index] = !near
                    && evaluations.at(step, "train_accuracy") >= KNOWN
                    && Math.abs(evaluations.at(step, "test_accuracy") - before) <= STILL;
        }
        return still;
    }

    /** What is said of A by one reading of ΔG. */
    static void measure(
            Change change,
            List<WindowCourse.Window> windows,
            double learningRate,
            Map<String, Long> moments,
            boolean[] still,
            Findings findings) {
        String key = change.key();
        double[] perUpdate = windows.stream()
                .mapToDouble(window -> change.of(window) / (window.gap() * window.gap()))
                .toArray();
        long[] steps = windows.stream().mapToLong(WindowCourse.Window::step).toArray();
        for (int index = 0; index < steps.length; index++) {
            findings.published("adiabatic", key, steps[index], perUpdate[index] / learningRate);
            findings.controlled("adiabatic-per-update", key, steps[index], perUpdate[index]);
        }
        long last = steps[steps.length - 1];
        double[] calm = IntStream.range(0, steps.length)
                .filter(index -> still[index])
                .mapToDouble(index -> perUpdate[index])
                .toArray();
        double plateau = Statistics.median(calm);
        findings.controlled("plateau-windows", key, last, calm.length);
        if (calm.length > 0) {
            findings.published("median-adiabatic", PLATEAU + "/" + key, last, plateau / learningRate);
            findings.published("as-claimed", PLATEAU + "/" + key, last, plateau / learningRate < 1 / FAR ? 1 : 0);
            findings.controlled("median-adiabatic-per-update", PLATEAU + "/" + key, last, plateau);
        }
        moments.forEach((title, step) -> {
            int centre = nearest(steps, step);
            String item = title.toLowerCase(Locale.ROOT) + "/" + key;
            double around = around(perUpdate, centre);
            findings.published("median-adiabatic", item, steps[centre], around / learningRate);
            claim(title, around / learningRate)
                    .ifPresent(holds -> findings.published("as-claimed", item, steps[centre], holds ? 1 : 0));
            findings.controlled("median-adiabatic-per-update", item, steps[centre], around);
            findings.controlled("over-plateau", item, steps[centre], around / plateau);
            findings.controlled("rise-p", item, steps[centre], riseProbability(perUpdate, centre));
        });
    }

    /** Whether A is as the thesis has it: about 1 at a transition, far above where something is forgotten. */
    private static Optional<Boolean> claim(String title, double value) {
        if (title.equals(FORGETTING)) {
            return Optional.of(value > FAR);
        }
        return title.equalsIgnoreCase(AT_GROK) ? Optional.of(value >= 1 / FAR && value <= FAR) : Optional.empty();
    }

    private static int nearest(long[] steps, long step) {
        int nearest = 0;
        for (int index = 1; index < steps.length; index++) {
            nearest = Math.abs(steps[index] - step) < Math.abs(steps[nearest] - step) ? index : nearest;
        }
        return nearest;
    }

    /** The median of the windows around one, itself among them. */
    private static double around(double[] values, int centre) {
        return Statistics.median(neighbours(values, centre));
    }

    private static double[] neighbours(double[] values, int centre) {
        return Arrays.copyOfRange(values, Math.max(0, centre - AROUND), Math.min(values.length, centre + AROUND + 1));
    }

    /** How rarely the ranks of the series, moved on around its ends, are as high around that place. */
    static double riseProbability(double[] values, int centre) {
        double[] ranks = Statistics.ranks(values);
        return CircularShifts.chance(ranks, moved -> meanAround(moved, centre)).probability(meanAround(ranks, centre));
    }

    private static double meanAround(double[] values, int centre) {
        return Statistics.mean(neighbours(values, centre));
    }

    private static Figure figure(Findings findings) {
        return new Figure(
                NAME,
                "Adiabatic parameter",
                2,
                List.of(
                        PhaseFigures.panel(
                                "As printed, in units of 1/η",
                                Axis.linear("step"),
                                Axis.log("‖ΔG‖/(ηg²)"),
                                findings,
                                List.of(
                                        Curve.published("adiabatic", "eigenvalues", "eigenvalues alone", Palette.BLUE),
                                        Curve.published("adiabatic", "operator", "XᵀX", Palette.VERMILION)),
                                List.of(new Reference(1, "transition, as claimed"))),
                        PhaseFigures.panel(
                                "Per update",
                                Axis.linear("step"),
                                Axis.log("‖ΔG‖/g²"),
                                findings,
                                List.of(
                                        Curve.solid(
                                                "adiabatic-per-update",
                                                "eigenvalues",
                                                "eigenvalues alone",
                                                Palette.BLUE),
                                        Curve.solid("adiabatic-per-update", "operator", "XᵀX", Palette.VERMILION)),
                                List.of(new Reference(1, "")))));
    }
}
