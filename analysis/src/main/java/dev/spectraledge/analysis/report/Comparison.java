package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseWindows;
import dev.spectraledge.analysis.published.AgainstPaper;
import dev.spectraledge.analysis.published.AgainstRerun;
import dev.spectraledge.analysis.published.Quotation;
import dev.spectraledge.analysis.published.RunNumber;
import dev.spectraledge.analysis.published.RunNumbers;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The numbers of a run before, at and after grokking, beside the published ones where there are any. */
public final class Comparison {
    private static final int DIRECTIONS = 3;
    private static final String REACHED = "accuracy95_step";
    private static final double REACHED_ACCURACY = 0.95;
    private static final String HELD = "accuracy98_step";
    private static final double HELD_ACCURACY = 0.98;
    private static final int HELD_EVALUATIONS = 3;

    private final RunRecord run;
    private final Optional<ObservedSpectrum> spectrum;
    private final OptionalLong seed;
    private final List<RunNumber> published;
    private final List<Window> windows = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<Row> wholeRun = new ArrayList<>();

    /**
     * A window of the run.
     *
     * @param key name of its phase among the published numbers
     * @param step last step of the window that was found
     * @param publishedStep last step of the published window; NaN if there is none
     */
    public record Window(String key, String title, double step, double publishedStep) {}

    /**
     * A measured number; if anything was published for it, what, and both judgements.
     *
     * @param unresolved whether there is no number because rounding alone would have made it
     */
    public record Entry(
            double measured,
            boolean unresolved,
            Optional<Quotation> published,
            Optional<AgainstPaper> againstPaper,
            Optional<AgainstRerun> againstRerun) {}

    /** One quantity with an entry for each phase. */
    public record Row(String quantity, String label, List<Entry> entries) {}

    public Comparison(RunRecord run) {
        this.run = run;
        this.spectrum = run.spectra().stream()
                .filter(observed -> observed.name().isEmpty())
                .findFirst();
        this.seed = new RunSettings(run).seed();
        this.published = RunNumbers.of(key -> run.configuration().flatMap(configuration -> configuration.text(key)));
        spectrum.filter(observed -> observed.steps().length > 0).ifPresent(this::compareWindows);
        compareWholeRun();
    }

    /** The windows that are quoted. */
    public List<Window> windows() {
        return windows;
    }

    /** Quantities of windows. */
    public List<Row> rows() {
        return rows;
    }

    /** Quantities of the run, with one entry each. */
    public List<Row> wholeRun() {
        return wholeRun;
    }

    /** Whether numbers were published for runs like this one. */
    public boolean hasPublished() {
        return !published.isEmpty();
    }

    private boolean hasPublishedWindows() {
        return published.stream().anyMatch(RunNumber::isOfWindow);
    }

    /** Everything that sets this run's windows apart from the published ones, one clause each. */
    public List<String> differences() {
        List<String> differences = new ArrayList<>();
        if (!hasPublishedWindows()) {
            return differences;
        }
        RunSettings settings = new RunSettings(run);
        if (settings.learningRate().isPresent() && settings.learningRate().getAsDouble() != 0.001) {
            differences.add("the published learning rate is 0.001, this run's is "
                    + settings.learningRate().getAsDouble());
        }
        spectrum.ifPresent(observed -> {
            if (observed.window() != 5 || (!Double.isNaN(observed.stride()) && observed.stride() != 100)) {
                differences.add("the published windows hold 5 updates of 100 steps, this run's " + observed.window()
                        + " updates of " + NumberText.significant(observed.stride(), 3) + " steps");
            }
        });
        for (Window window : windows) {
            if (!Double.isNaN(window.publishedStep) && window.step != window.publishedStep) {
                differences.add("the window shown as “" + window.title + "” ends at step "
                        + NumberText.grouped((long) window.step) + ", the published one at "
                        + NumberText.grouped((long) window.publishedStep));
            }
        }
        return differences;
    }

    private void compareWindows(ObservedSpectrum observed) {
        chooseWindows(observed);
        for (int k = 1; k <= DIRECTIONS; k++) {
            add(observed, "sigma_" + k, "σ" + RunFigures.subscript(k));
        }
        add(observed, "k_star", "k*");
        add(observed, "gap_ratio", "R = σₖ*/σₖ*₊₁");
        add(observed, "g23", "g₂₃");
        for (int k = 1; k <= DIRECTIONS; k++) {
            add(
                    observed,
                    "trapezoid_gradient_share_" + k,
                    "gradient share of v" + RunFigures.subscript(k) + ", trapezoid");
        }
        for (int k = 1; k <= DIRECTIONS; k++) {
            add(observed, "gradient_share_" + k, "gradient share of v" + RunFigures.subscript(k) + ", exact");
        }
        for (int k = 1; k <= DIRECTIONS; k++) {
            add(observed, "trapezoid_alignment_" + k, "alignment along v" + RunFigures.subscript(k) + ", trapezoid");
        }
        for (int k = 1; k <= DIRECTIONS; k++) {
            add(observed, "alignment_" + k, "alignment along v" + RunFigures.subscript(k) + ", exact");
        }
        for (int k = 1; k <= DIRECTIONS; k++) {
            add(observed, "rotation_" + k, "rotation of v" + RunFigures.subscript(k) + " (°)");
        }
    }

    private void chooseWindows(ObservedSpectrum observed) {
        OptionalDouble grokStep = run.grokStep().isPresent()
                ? OptionalDouble.of((double) run.grokStep().getAsLong())
                : OptionalDouble.empty();
        Map<Phase, Integer> own = PhaseWindows.rows(observed.steps(), grokStep);
        if (!hasPublishedWindows()) {
            own.forEach((phase, row) -> windows.add(new Window("", phase.title(), observed.steps()[row], Double.NaN)));
            return;
        }
        addWindow(observed, "pre-grok", "pre-grok");
        addWindow(observed, "at-grok", "at grok, as published");
        if (own.containsKey(Phase.AT_GROK) && grokStep.getAsDouble() != publishedStep("at-grok")) {
            windows.add(
                    new Window("", "at this run's grok step", observed.steps()[own.get(Phase.AT_GROK)], Double.NaN));
        }
        addWindow(observed, "late", "late");
    }

    private void addWindow(ObservedSpectrum observed, String key, String title) {
        double step = publishedStep(key);
        windows.add(new Window(key, title, observed.table().stepNear(step), step));
    }

    private double publishedStep(String phase) {
        return published.stream()
                .filter(number -> number.phase().equals(phase))
                .mapToDouble(number ->
                        number.step().isPresent() ? (double) number.step().getAsLong() : Double.NaN)
                .findFirst()
                .orElse(Double.NaN);
    }

    private void add(ObservedSpectrum observed, String column, String label) {
        List<Entry> entries = windows.stream()
                .map(window -> entry(
                        observed.valueNear(window.step, column),
                        observed.isUnresolvedNear(window.step, column),
                        window.key,
                        column))
                .toList();
        if (entries.stream().anyMatch(entry -> entry.unresolved() || Double.isFinite(entry.measured()))) {
            rows.add(new Row(column, label, entries));
        }
    }

    private Entry entry(double measured, boolean unresolved, String phase, String column) {
        Optional<RunNumber> number = published.stream()
                .filter(candidate ->
                        candidate.phase().equals(phase) && candidate.column().equals(column))
                .findFirst();
        return new Entry(
                measured,
                unresolved,
                number.map(RunNumber::quotation),
                number.map(found -> found.againstPaper(seed, measured)),
                number.map(found -> found.againstRerun(seed, measured)));
    }

    private void compareWholeRun() {
        addReached(REACHED, "step that reaches 0.95, as the paper counts it", REACHED_ACCURACY, 1);
        addReached(
                HELD, "step with 0.98 in three evaluations, as the paper counts it", HELD_ACCURACY, HELD_EVALUATIONS);
        addWholeRun(
                "parameters",
                "parameters",
                run.summary()
                        .map(values -> values.number("parameters").orElse(Double.NaN))
                        .orElse(Double.NaN));
        spectrum.ifPresent(observed -> {
            observed.column("k_star_weighted")
                    .ifPresent(
                            values -> addWholeRun("mode k_star_weighted", "most frequent weighted k*", mode(values)));
            for (int k = 1; k <= DIRECTIONS; k++) {
                String column = "rotation_" + k;
                String label = "mean rotation of v" + RunFigures.subscript(k) + " (°)";
                observed.column(column).ifPresent(values -> addWholeRun("mean " + column, label, mean(values)));
            }
        });
    }

    /** Papers compare runs by rules of their own, whatever the run's own rule of grokking is. */
    private void addReached(String quantity, String label, double accuracy, int evaluations) {
        if (published.stream().anyMatch(number -> number.column().equals(quantity))) {
            addWholeRun(quantity, label, stepThatReaches(accuracy, evaluations));
        }
    }

    private void addWholeRun(String quantity, String label, double measured) {
        wholeRun.add(new Row(quantity, label, List.of(entry(measured, false, RunNumber.WHOLE_RUN, quantity))));
    }

    /** Step of the last of the first evaluations in a row that all reach the accuracy; NaN if there are none. */
    private double stepThatReaches(double accuracy, int evaluations) {
        Optional<double[]> accuracies = run.metrics().flatMap(table -> table.column("test_accuracy"));
        if (accuracies.isEmpty()) {
            return Double.NaN;
        }
        double[] steps = run.metrics().get().steps();
        int streak = 0;
        for (int row = 0; row < steps.length; row++) {
            streak = accuracies.get()[row] >= accuracy ? streak + 1 : 0;
            if (streak == evaluations) {
                return steps[row];
            }
        }
        return Double.NaN;
    }

    private static double mean(double[] values) {
        return Statistics.mean(Arrays.stream(values).filter(Double::isFinite).toArray());
    }

    private static double mode(double[] values) {
        Map<Double, Integer> counts = new HashMap<>();
        for (double value : Arrays.stream(values).filter(Double::isFinite).toArray()) {
            counts.merge(value, 1, Integer::sum);
        }
        return counts.entrySet().stream()
                .max(Comparator.comparingInt((Map.Entry<Double, Integer> entry) -> entry.getValue())
                        .thenComparingDouble(entry -> -entry.getKey()))
                .map(Map.Entry::getKey)
                .orElse(Double.NaN);
    }
}
