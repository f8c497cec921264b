package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.parts.MatrixParts;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Reference;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The exact parts of the steps into checkpoints: a figure over all matrices by step, and the matrices of the last one. */
final class StepPartsSection {
    static final String LEAD = "The single step into each checkpoint is split with the optimiser state that was saved "
            + "with it, so the gradient part and the decay part are exact, not estimated. These steps "
            + "are not windows: a rolling window needs the updates of neighbouring steps, which "
            + "checkpoints do not contain.";
    static final String CAPTION =
            "The curves take all matrices together. The share compares the squares of both parts and "
                    + "leaves out their cross term. Alignment is the cosine of the parts, above zero where "
                    + "they pull together. The largest singular value is the largest of any matrix. If a "
                    + "schedule changed the learning rate before the checkpoint was saved, both parts are off "
                    + "by the same factor, while share and alignment are right.";

    private static final int MOST_ROWS = 60;
    private static final int DIGITS = 3;
    private static final List<String> COLUMNS = List.of(
            "matrix",
            "rows × columns",
            "‖gradient‖",
            "‖decay‖",
            "share of gradient",
            "alignment",
            "overlap of v₁",
            "σ₁, σ₂, σ₃ of gradient",
            "σ₁, σ₂, σ₃ of decay");

    private final NavigableMap<Long, List<MatrixParts>> byStep;

    StepPartsSection(List<MatrixParts> parts) {
        byStep = parts.stream().collect(Collectors.groupingBy(MatrixParts::step, TreeMap::new, Collectors.toList()));
    }

    Figure figure() {
        Axis steps = Axis.linear("training step");
        Panel norms = panel(
                "Norm of each part",
                steps,
                Axis.log("‖Δ‖"),
                List.of(
                        line("gradient", matrices -> norm(matrices, MatrixParts::gradientNorm), Palette.BLUE),
                        line("decay", matrices -> norm(matrices, MatrixParts::decayNorm), Palette.ORANGE)));
        Panel share = panel(
                "Share of the gradient part",
                steps,
                Axis.linear("fraction", 0, 1),
                List.of(line("gradient", StepPartsSection::share, Palette.BLUE)));
        Panel alignment = panel(
                "Alignment of gradient and decay",
                steps,
                Axis.linear("cosine", -1, 1),
                List.of(line("all matrices", StepPartsSection::alignment, Palette.GREEN)),
                new Reference(0, ""));
        Panel sigmas = panel(
                "Largest singular value",
                steps,
                Axis.log("σ₁"),
                List.of(
                        line("gradient", matrices -> largest(matrices, MatrixParts::gradientSigmas), Palette.BLUE),
                        line("decay", matrices -> largest(matrices, MatrixParts::decaySigmas), Palette.ORANGE)));
        return new Figure(
                "step-parts",
                "Norms, share, alignment and largest singular value of the gradient part and the decay part by step",
                2,
                List.of(norms, share, alignment, sigmas));
    }

    private static Panel panel(String title, Axis x, Axis y, List<Line> lines, Reference... references) {
        return new Panel(title, x, y, List.of(), lines, List.of(), List.of(references));
    }

    private Line line(String label, ToDoubleFunction<List<MatrixParts>> value, int colour) {
        return Line.solid(
                label,
                byStep.keySet().stream().mapToDouble(Long::doubleValue).toArray(),
                byStep.values().stream().mapToDouble(value).toArray(),
                colour);
    }

    private static double norm(List<MatrixParts> matrices, ToDoubleFunction<MatrixParts> norm) {
        return Math.sqrt(matrices.stream()
                .mapToDouble(norm)
                .map(length -> length * length)
                .sum());
    }

    private static double share(List<MatrixParts> matrices) {
        double gradient = norm(matrices, MatrixParts::gradientNorm);
        double decay = norm(matrices, MatrixParts::decayNorm);
        return gradient * gradient / (gradient * gradient + decay * decay);
    }

    private static double alignment(List<MatrixParts> matrices) {
        double product = matrices.stream()
                .filter(matrix -> !Double.isNaN(matrix.alignment()))
                .mapToDouble(matrix -> matrix.alignment() * matrix.gradientNorm() * matrix.decayNorm())
                .sum();
        return product / (norm(matrices, MatrixParts::gradientNorm) * norm(matrices, MatrixParts::decayNorm));
    }

    private static double largest(List<MatrixParts> matrices, Function<MatrixParts, List<Double>> sigmas) {
        return matrices.stream()
                .map(sigmas)
                .filter(values -> !values.isEmpty())
                .mapToDouble(List::getFirst)
                .max()
                .orElse(Double.NaN);
    }

    /** The matrices of the last checkpoint. */
    void table(Markup page) {
        Map.Entry<Long, List<MatrixParts>> last = byStep.lastEntry();
        int shown = Math.min(MOST_ROWS, last.getValue().size());
        page.leaf(
                "p",
                "The step into the checkpoint of step " + NumberText.grouped(last.getKey())
                        + (shown < last.getValue().size()
                                ? ", the first " + shown + " of "
                                        + last.getValue().size() + " matrices"
                                : "")
                        + "; step_parts.csv has all.",
                "class",
                "note");
        HtmlPage.startWide(page, "Parts of the last step by matrix").open("table", "class", "numbers");
        HtmlPage.startBody(page, COLUMNS);
        last.getValue().subList(0, shown).forEach(matrix -> row(page, matrix));
        page.close().close().close();
    }

    private static void row(Markup page, MatrixParts matrix) {
        page.open("tr").leaf("th", matrix.tensor(), "scope", "row");
        page.leaf("td", matrix.rows() + " × " + matrix.columns());
        page.leaf("td", number(matrix.gradientNorm()));
        page.leaf("td", number(matrix.decayNorm()));
        page.leaf("td", number(matrix.gradientShare()));
        page.leaf("td", number(matrix.alignment()));
        page.leaf("td", number(matrix.directionOverlap()));
        page.leaf("td", first(matrix.gradientSigmas()));
        page.leaf("td", first(matrix.decaySigmas()));
        page.close();
    }

    private static String first(List<Double> sigmas) {
        return sigmas.stream().limit(3).map(StepPartsSection::number).collect(Collectors.joining(", "));
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "–" : NumberText.significant(value, DIGITS);
    }
}
