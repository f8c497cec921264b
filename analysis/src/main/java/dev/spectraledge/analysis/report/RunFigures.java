package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.nulls.NullModel;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Band;
import dev.spectraledge.analysis.report.plot.EventMark;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Reference;
import dev.spectraledge.trainer.warning.DetectorTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The figures of one run. A panel whose columns are missing is left out. */
final class RunFigures {
    private static final int DIRECTIONS = 3;
    /** As many as there are colours but grey, which the others share. */
    private static final int COLOURED_SIGMAS = Palette.GREY;

    private static final int[] DIRECTION_COLOURS = {Palette.BLUE, Palette.VERMILION, Palette.GREEN};

    private final RunRecord run;
    private final Axis steps;
    private final List<EventMark> events;

    RunFigures(RunRecord run) {
        this.run = run;
        OptionalLong finalStep = run.finalStep();
        this.steps = finalStep.isPresent() && finalStep.getAsLong() > 0
                ? Axis.linear("training step", 0, (double) finalStep.getAsLong())
                : Axis.linear("training step");
        OptionalLong grokStep = run.grokStep();
        this.events = grokStep.isPresent()
                ? List.of(new EventMark(
                        (double) grokStep.getAsLong(), "grok · step " + NumberText.grouped(grokStep.getAsLong())))
                : List.of();
    }

    /** All that there is to draw, in the order of the page. */
    List<Figure> all() {
        List<Optional<Figure>> figures = new ArrayList<>(List.of(training(), norms(), measured()));
        for (ObservedSpectrum spectrum : run.spectra()) {
            figures.addAll(List.of(edge(spectrum), nulls(spectrum), shares(spectrum), directions(spectrum)));
        }
        figures.add(run.groups().flatMap(table -> new GroupsSection(table).figure()));
        return figures.stream().flatMap(Optional::stream).toList();
    }

    /** Loss and accuracy, or nothing without metrics. */
    Optional<Figure> training() {
        Panel loss = metricsPanel(
                "Loss",
                Axis.log("mean cross-entropy (nats)"),
                List.of(),
                List.of(metric("train", "train_loss", Palette.BLUE), metric("test", "test_loss", Palette.VERMILION)));
        RunSettings settings = new RunSettings(run);
        double grokAccuracy = settings.grokAccuracy();
        Panel accuracy = metricsPanel(
                "Accuracy",
                Axis.linear("fraction of targets right"),
                settings.asksForGrokking()
                        ? List.of(new Reference(grokAccuracy, NumberText.setting(grokAccuracy)))
                        : List.of(),
                accuracies());
        return figure("training", "Training and test loss and accuracy by step", 2, loss, accuracy);
    }

    /** Of training and test, and of the test by objective where there are several. */
    private List<Optional<Line>> accuracies() {
        List<Optional<Line>> lines = new ArrayList<>();
        lines.add(metric("train", "train_accuracy", Palette.BLUE));
        lines.add(metric("test", "test_accuracy", Palette.VERMILION));
        int colour = Palette.GREEN;
        for (String objective : new RunSettings(run).operation().orElse("").split("\\+", -1)) {
            lines.add(metric("test, " + objective, "test_accuracy_" + objective, colour++));
        }
        return lines;
    }

    /** Norms of the gradient and of the parameters. */
    Optional<Figure> norms() {
        Panel gradient = metricsPanel(
                "Gradient norm before clipping",
                Axis.log("‖g‖"),
                List.of(),
                List.of(metric("gradient norm", "gradient_norm", Palette.BLUE)));
        Panel parameters = metricsPanel(
                "Parameter norm",
                Axis.linear("‖θ‖"),
                List.of(),
                List.of(metric("parameter norm", "parameter_norm", Palette.GREEN)));
        Panel learningRate = metricsPanel(
                "Learning rate", Axis.linear("η"), List.of(), varying(metric("η", "learning_rate", Palette.VERMILION)));
        return figure(
                "norms",
                learningRate.isEmpty()
                        ? "Norms of the gradient and of the parameters by step"
                        : "Norms of the gradient and of the parameters, and the learning rate, by step",
                2,
                gradient,
                parameters,
                learningRate);
    }

    /** Commutator defect, curvature along the gradient and entropy of attention, as far as they were asked for. */
    Optional<Figure> measured() {
        Panel defect = metricsPanel(
                "Commutator defect D",
                Axis.log("D"),
                List.of(),
                List.of(
                        measured(DetectorTable.DEFECT, "D", "defect", Palette.BLUE),
                        measured(DetectorTable.DEFECT, "rounding of float32", "defect_of_rounding", Palette.GREY)));
        Panel defectCurvature = metricsPanel(
                "Defect times gradient norm",
                Axis.log("D·‖g‖"),
                List.of(),
                List.of(measured(DetectorTable.DEFECT, "D·‖g‖", "defect_curvature", Palette.VERMILION)));
        Panel curvature = metricsPanel(
                "Curvature along the gradient",
                Axis.log("gᵀHg/‖g‖², where positive"),
                List.of(),
                List.of(measured(DetectorTable.CURVATURE, "gᵀHg/‖g‖²", "gradient_curvature", Palette.BLUE)));
        Panel stability = metricsPanel(
                "Preconditioned curvature",
                Axis.log("share of the stable limit"),
                List.of(new Reference(1, "")),
                List.of(measured(
                        DetectorTable.CURVATURE, "uᵀHu/uᵀPu over limit", "curvature_over_limit", Palette.VERMILION)));
        Panel attention = metricsPanel(
                "Entropy of attention",
                Axis.linear("share of the greatest", 0, 1),
                List.of(),
                List.of(measured(DetectorTable.ATTENTION, "entropy", "attention_entropy", Palette.GREEN)));
        return figure(
                "measured",
                "Commutator defect, curvature along the gradient and entropy of attention by step",
                2,
                defect,
                defectCurvature,
                curvature,
                stability,
                attention);
    }

    private Optional<Line> measured(DetectorTable table, String label, String column, int colour) {
        return line(run.measured(table), label, column, colour);
    }

    /** A line that is worth a panel. */
    private static List<Optional<Line>> varying(Optional<Line> line) {
        return List.of(line.filter(drawn -> Arrays.stream(drawn.y()).anyMatch(value -> value != drawn.y()[0])));
    }

    /** σ, k*, R and g23 of one observer. */
    Optional<Figure> edge(ObservedSpectrum spectrum) {
        List<Line> sigmas = new ArrayList<>();
        for (int k = 1; k <= spectrum.window(); k++) {
            boolean coloured = k <= COLOURED_SIGMAS;
            String label = coloured
                    ? "σ" + subscript(k)
                    : "σ" + subscript(COLOURED_SIGMAS + 1) + " … σ" + subscript(spectrum.window());
            sigmas.addAll(line(spectrum, label, "sigma_" + k, coloured ? k - 1 : Palette.GREY));
        }
        Panel singularValues = panel("Singular values of the window", Axis.log("σ"), List.of(), sigmas);
        List<Line> positions = new ArrayList<>();
        spectrum.column("k_star")
                .ifPresent(values ->
                        positions.add(Line.steps("k* = argmax σⱼ/σⱼ₊₁", spectrum.steps(), values, Palette.BLUE)));
        spectrum.column("k_star_weighted")
                .ifPresent(values ->
                        positions.add(Line.steps("weighted by σⱼ/Σσ", spectrum.steps(), values, Palette.VERMILION)));
        Panel kStar = panel(
                "Position of the edge k*", Axis.linear("k*", 0, Math.max(2, spectrum.window())), List.of(), positions);
        Panel gapRatio =
                panel("Gap ratio R = σₖ*/σₖ*₊₁", Axis.log("R"), List.of(), besideNulls(spectrum, "R", "gap_ratio"));
        Panel g23 = panel("g₂₃ = σ₂² − σ₃²", Axis.log("g₂₃"), List.of(), besideNulls(spectrum, "g₂₃", "g23"));
        return figure(
                fileName("edge", spectrum),
                "Singular values, position of the edge, gap ratio and g23 by step" + observer(spectrum),
                2,
                singularValues,
                kStar,
                gapRatio,
                g23);
    }

    /** σ_1 … σ_3 beside what the null models give. */
    Optional<Figure> nulls(ObservedSpectrum spectrum) {
        List<Panel> panels = new ArrayList<>();
        for (int k = 1; k <= DIRECTIONS; k++) {
            List<Line> lines = besideNulls(spectrum, "measured", "sigma_" + k);
            if (lines.size() > 1) {
                panels.add(panel("σ" + subscript(k) + " beside nulls", Axis.log("σ" + subscript(k)), List.of(), lines));
            }
        }
        return figure(
                fileName("nulls", spectrum),
                "The first three singular values beside those of null models" + observer(spectrum),
                DIRECTIONS,
                panels.toArray(Panel[]::new));
    }

    /** Which part of the update moves along v_1 … v_3. */
    Optional<Figure> shares(ObservedSpectrum spectrum) {
        List<Panel> panels = new ArrayList<>();
        for (int k = 1; k <= DIRECTIONS; k++) {
            sharePanel(spectrum, k).ifPresent(panels::add);
        }
        return figure(
                fileName("shares", spectrum),
                "Share of the gradient part and of the decay part of the motion along the first three directions"
                        + observer(spectrum),
                DIRECTIONS,
                panels.toArray(Panel[]::new));
    }

    /** Alignment of the two parts, rotation of the directions, energy, and their stability in three versions. */
    Optional<Figure> directions(ObservedSpectrum spectrum) {
        List<Line> rotation = new ArrayList<>(directionLines(spectrum, "rotation"));
        spectrum.column("rotation_12")
                .ifPresent(values -> rotation.add(Line.dashed("span(v₁,v₂)", spectrum.steps(), values, Palette.GREY)));
        return figure(
                fileName("directions", spectrum),
                (spectrum.isOfGradients() ? "Rotation" : "Alignment of gradient part and decay part, rotation")
                        + ", energy and stability of the first three directions, and mean cosine"
                        + observer(spectrum),
                DIRECTIONS,
                alignment(spectrum),
                panel("Rotation since the previous window", Axis.linear("degrees", 0, 90), List.of(), rotation),
                panel("Energy σₖ²/Σσ²", Axis.linear("fraction", 0, 1), List.of(), directionLines(spectrum, "energy")),
                panel(
                        "Mean cosine of two " + (spectrum.isOfGradients() ? "gradients" : "updates"),
                        Axis.linear("cosine"),
                        List.of(),
                        line(spectrum, "mean cosine", "mean_cosine", Palette.BLUE),
                        new Reference(0, "")),
                panel(
                        "Stability α: half-window overlap",
                        Axis.linear("|⟨vₖ, v′ₖ⟩|", 0, 1),
                        List.of(),
                        directionLines(spectrum, "alpha_half")),
                panel(
                        "Stability α: eigenvalues alone",
                        Axis.linear("α", 0, 1),
                        List.of(),
                        directionLines(spectrum, "alpha_spectrum")),
                panel(
                        "Stability α: exact change of the operator",
                        Axis.linear("α", 0, 1),
                        List.of(),
                        directionLines(spectrum, "alpha_rank2")));
    }

    private Panel alignment(ObservedSpectrum spectrum) {
        List<Line> exact = directionLines(spectrum, "alignment");
        boolean estimated = exact.isEmpty();
        return panel(
                estimated ? "Alignment of gradient and decay (trapezoid)" : "Alignment of gradient and decay",
                Axis.linear("cosine", -1, 1),
                List.of(),
                estimated ? directionLines(spectrum, "trapezoid_alignment") : exact,
                new Reference(0, ""));
    }

    private static List<Line> directionLines(ObservedSpectrum spectrum, String prefix) {
        List<Line> lines = new ArrayList<>();
        for (int k = 1; k <= DIRECTIONS; k++) {
            lines.addAll(line(spectrum, "v" + subscript(k), prefix + "_" + k, DIRECTION_COLOURS[k - 1]));
        }
        return lines;
    }

    /** The exact share where it was recorded, and beside it the trapezoid estimate; offline analyses have only that. */
    private Optional<Panel> sharePanel(ObservedSpectrum spectrum, int direction) {
        double[] x = spectrum.steps();
        Optional<double[]> exact = spectrum.column("gradient_share_" + direction);
        Optional<double[]> trapezoid = spectrum.column("trapezoid_gradient_share_" + direction);
        if (exact.isEmpty() && trapezoid.isEmpty()) {
            return Optional.empty();
        }
        double[] share = exact.or(() -> trapezoid).orElseThrow();
        double[] zero = new double[x.length];
        double[] one = new double[x.length];
        Arrays.fill(one, 1);
        List<Line> lines = new ArrayList<>();
        exact.ifPresent(values -> lines.add(Line.solid("exact", x, values, Palette.BLUE)));
        // Over a single step the estimate is as good as exact.
        boolean tellsMore = exact.isEmpty() || spectrum.stride() != 1;
        trapezoid
                .filter(values -> tellsMore)
                .ifPresent(values -> lines.add(Line.dashed("trapezoid", x, values, Palette.GREY)));
        return Optional.of(panel(
                "What moves v" + subscript(direction),
                Axis.linear("share of the motion", 0, 1),
                List.of(
                        new Band("gradient", x, zero, share, Palette.BLUE, false),
                        new Band("decay", x, share, one, Palette.ORANGE, false)),
                lines));
    }

    /** What was measured, and the median of each null. Their quantiles are too close for a band; the table has them. */
    private static List<Line> besideNulls(ObservedSpectrum spectrum, String label, String column) {
        List<Line> lines = new ArrayList<>(line(spectrum, label, column, Palette.BLUE));
        for (NullModel model : NullModel.values()) {
            spectrum.nullQuantiles(model, column)
                    .map(quantiles -> Line.dashed(
                            "null median: " + model.title(), quantiles.steps(), quantiles.median(), colour(model)))
                    .ifPresent(lines::add);
        }
        return lines;
    }

    private static int colour(NullModel model) {
        return switch (model) {
            case INDEPENDENT -> Palette.GREY;
            case AUTOCORRELATED -> Palette.ORANGE;
        };
    }

    private Optional<Line> metric(String label, String column, int colour) {
        return line(run.metrics(), label, column, colour);
    }

    private static Optional<Line> line(Optional<RunTable> table, String label, String column, int colour) {
        return table.flatMap(rows -> rows.series(column))
                .map(series -> Line.solid(label, series.steps(), series.values(), colour));
    }

    private static List<Line> line(ObservedSpectrum spectrum, String label, String column, int colour) {
        return spectrum.column(column).stream()
                .map(values -> Line.solid(label, spectrum.steps(), values, colour))
                .toList();
    }

    private Panel metricsPanel(String title, Axis y, List<Reference> references, List<Optional<Line>> lines) {
        List<Line> present = lines.stream().flatMap(Optional::stream).toList();
        return new Panel(title, steps, y, List.of(), present, events, references);
    }

    private Panel panel(String title, Axis y, List<Band> bands, List<Line> lines, Reference... references) {
        return new Panel(title, steps, y, bands, lines, events, List.of(references));
    }

    /** Tells the figures of observers apart where several are shown without headings. */
    private static String observer(ObservedSpectrum spectrum) {
        return spectrum.name().isEmpty()
                ? ""
                : (spectrum.isOfGradients() ? ", gradients, observer " : ", observer ") + spectrum.name();
    }

    private static Optional<Figure> figure(String name, String description, int columns, Panel... panels) {
        List<Panel> present =
                Arrays.stream(panels).filter(panel -> !panel.isEmpty()).toList();
        return present.isEmpty() ? Optional.empty() : Optional.of(new Figure(name, description, columns, present));
    }

    private static String fileName(String stem, ObservedSpectrum spectrum) {
        return spectrum.name().isEmpty() ? stem : stem + "-" + spectrum.name();
    }

    static String subscript(int number) {
        StringBuilder text = new StringBuilder();
        for (char digit : Integer.toString(number).toCharArray()) {
            text.append((char) ('₀' + digit - '0'));
        }
        return text.toString();
    }
}
