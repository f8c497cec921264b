package dev.spectraledge.analysis.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The numbers of a run before, at and after grokking, beside the published ones where there are any. */
public final class Comparison {
    private static final int DIRECTIONS = 3;
    private static final String SIGN = "sign ";

    private final RunRecord run;
    private final Optional<ObservedSpectrum> spectrum;
    private final List<Published> published;
    private final List<Phase> phases = new ArrayList<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<Row> wholeRun = new ArrayList<>();

    /**
     * A window of the run.
     *
     * @param key name of the phase among the published numbers
     * @param step last step of the window that was found
     * @param publishedStep last step of the published window; NaN if there is none
     */
    public record Phase(String key, String title, double step, double publishedStep) {}

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

    public List<Phase> phases() {
        return phases;
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

    /** Everything that sets this run's windows apart from the published ones, one clause each. */
    public List<String> differences() {
        List<String> differences = new ArrayList<>();
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
        for (Phase phase : phases) {
            if (!Double.isNaN(phase.publishedStep) && phase.step != phase.publishedStep) {
                differences.add("the window shown as “" + phase.title + "” ends at step "
                        + NumberText.grouped((long) phase.step) + ", the published one at "
                        + NumberText.grouped((long) phase.publishedStep));
            }
        }
        return differences;
    }

    private static List<Published> publishedFor(RunRecord run) {
        RunSettings settings = new RunSettings(run);
        boolean dyck = settings.task().filter("dyck"::equals).isPresent();
        return dyck && settings.weightDecay().isPresent()
                ? Published.forDyck(settings.weightDecay().getAsDouble())
                : List.of();
    }

    private void compareWindows(ObservedSpectrum observed) {
        choosePhases(observed);
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
            add(observed, "alignment_" + k, "alignment along v" + RunFigures.subscript(k));
        }
        for (int k = 1; k <= DIRECTIONS; k++) {
            add(observed, "rotation_" + k, "rotation of v" + RunFigures.subscript(k) + " (°)");
        }
    }

    private void choosePhases(ObservedSpectrum observed) {
        double[] steps = observed.steps();
        double last = steps[steps.length - 1];
        double grokStep = run.grokStep().isPresent() ? (double) run.grokStep().getAsLong() : Double.NaN;
        if (hasPublished()) {
            addPhase(observed, "pre-grok", "pre-grok", publishedStep("pre-grok"));
            addPhase(observed, "at-grok", "at grok, as published", publishedStep("at-grok"));
            if (!Double.isNaN(grokStep) && grokStep != publishedStep("at-grok")) {
                phases.add(new Phase("", "at this run's grok step", nearest(observed, grokStep), Double.NaN));
            }
            addPhase(observed, "late", "late", publishedStep("late"));
        } else if (!Double.isNaN(grokStep)) {
            phases.add(new Phase("", "half-way to grok", nearest(observed, grokStep / 2), Double.NaN));
            phases.add(new Phase("", "at grok", nearest(observed, grokStep), Double.NaN));
            phases.add(new Phase("", "last", last, Double.NaN));
        } else {
            phases.add(new Phase("", "first", steps[0], Double.NaN));
            phases.add(new Phase("", "middle", nearest(observed, last / 2), Double.NaN));
            phases.add(new Phase("", "last", last, Double.NaN));
        }
    }

    private void addPhase(ObservedSpectrum observed, String key, String title, double publishedStep) {
        phases.add(new Phase(key, title, nearest(observed, publishedStep), publishedStep));
    }

    private double publishedStep(String phase) {
        return published.stream()
                .filter(number -> number.phase().equals(phase))
                .mapToDouble(Published::step)
                .findFirst()
                .orElse(Double.NaN);
    }

    private static double nearest(ObservedSpectrum observed, double step) {
        return observed.steps()[observed.table().rowNearest("step", step)];
    }

    private void add(ObservedSpectrum observed, String column, String label) {
        if (observed.column(column).isEmpty()) {
            return;
        }
        List<Entry> entries = phases.stream()
                .map(phase -> new Entry(
                        observed.valueNear(phase.step, column),
                        Published.find(published, phase.key, column)
                                .or(() -> Published.find(published, phase.key, SIGN + column))))
                .toList();
        rows.add(new Row(column, label, entries));
    }

    private void compareWholeRun() {
        addWholeRun(
                "grok_step",
                "grok step",
                run.grokStep().isPresent() ? (double) run.grokStep().getAsLong() : Double.NaN);
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
