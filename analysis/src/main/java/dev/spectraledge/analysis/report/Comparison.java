package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseWindows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The numbers of a run before, at and after grokking, beside the published ones where there are any. */
public final class Comparison {
    private static final int DIRECTIONS = 3;
    /** What the published modular-arithmetic runs have in common (Thesis §5.1–5.3). */
    private static final Map<String, Double> PUBLISHED_MODULAR = Map.of(
            "task.prime", 97.0,
            "task.trainFraction", 0.5,
            "model.layers", 2.0,
            "model.width", 128.0,
            "training.batchSize", 512.0,
            "training.learningRate", 1e-3,
            "training.beta2", 0.98,
            "evaluation.every", 100.0,
            "evaluation.grokAccuracy", 0.95,
            "evaluation.grokPatience", 1.0);

    private static final String HELD = "accuracy98_step";
    private static final double HELD_ACCURACY = 0.98;
    private static final int HELD_EVALUATIONS = 3;
    private static final String SIGN = "sign ";

    private final RunRecord run;
    private final Optional<ObservedSpectrum> spectrum;
    private final List<Published> published;
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

    /** A measured number, and what was published for it. */
    public record Entry(double measured, Optional<Published> published) {}

    /** One quantity with an entry for each phase. */
    public record Row(String quantity, String label, List<Entry> entries) {}

    public Comparison(RunRecord run) {
        this.run = run;
        this.spectrum = run.spectra().stream()
                .filter(observed -> observed.name().isEmpty())
                .findFirst();
        this.published = publishedFor(run);
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

    /** Whether there are published numbers for this task and weight decay. */
    public boolean hasPublished() {
        return !published.isEmpty();
    }

    private boolean hasPublishedWindows() {
        return published.stream().anyMatch(Published::isOfWindow);
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

    private static List<Published> publishedFor(RunRecord run) {
        RunSettings settings = new RunSettings(run);
        if (settings.weightDecay().isEmpty()) {
            return List.of();
        }
        double weightDecay = settings.weightDecay().getAsDouble();
        return switch (settings.task().orElse("")) {
            case "dyck" -> Published.forDyck(weightDecay);
            case "modular" ->
                settings.have(PUBLISHED_MODULAR)
                        ? Published.forModular(settings.operation().orElse(""), weightDecay)
                        : List.of();
            default -> List.of();
        };
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
                .mapToDouble(Published::step)
                .findFirst()
                .orElse(Double.NaN);
    }

    private void add(ObservedSpectrum observed, String column, String label) {
        if (observed.column(column).isEmpty()) {
            return;
        }
        List<Entry> entries = windows.stream()
                .map(window -> new Entry(
                        observed.table().valueNear(window.step, column),
                        Published.find(published, window.key, column)
                                .or(() -> Published.find(published, window.key, SIGN + column))))
                .toList();
        if (entries.stream().anyMatch(entry -> Double.isFinite(entry.measured()))) {
            rows.add(new Row(column, label, entries));
        }
    }

    private void compareWholeRun() {
        addWholeRun(
                "grok_step",
                "grok step",
                run.grokStep().isPresent() ? (double) run.grokStep().getAsLong() : Double.NaN);
        if (published.stream().anyMatch(number -> number.quantity().equals(HELD))) {
            addWholeRun(HELD, "test accuracy 0.98 in three evaluations", heldStep());
        }
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

    private void addWholeRun(String quantity, String label, double measured) {
        wholeRun.add(
                new Row(quantity, label, List.of(new Entry(measured, Published.find(published, "run", quantity)))));
    }

    /** Step of the last of the first evaluations in a row that all reach the accuracy to hold; NaN if there are none. */
    private double heldStep() {
        if (run.metrics().isEmpty()) {
            return Double.NaN;
        }
        double[] steps = run.metrics().get().steps();
        double[] accuracies = run.metrics().get().require("test_accuracy");
        int streak = 0;
        for (int row = 0; row < steps.length; row++) {
            streak = accuracies[row] >= HELD_ACCURACY ? streak + 1 : 0;
            if (streak == HELD_EVALUATIONS) {
                return steps[row];
            }
        }
        return Double.NaN;
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).filter(Double::isFinite).average().orElse(Double.NaN);
    }

    private static double mode(double[] values) {
        Map<Double, Integer> counts = new HashMap<>();
        for (double value : values) {
            counts.merge(value, 1, Integer::sum);
        }
        return counts.entrySet().stream()
                .max(Comparator.comparingInt((Map.Entry<Double, Integer> entry) -> entry.getValue())
                        .thenComparingDouble(entry -> -entry.getKey()))
                .map(Map.Entry::getKey)
                .orElse(Double.NaN);
    }
}
