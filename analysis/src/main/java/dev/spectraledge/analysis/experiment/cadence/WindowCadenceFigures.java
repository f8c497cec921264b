package dev.spectraledge.analysis.experiment.cadence;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Points;
import dev.spectraledge.analysis.report.plot.Reference;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.OptionalDouble;

/** A row of panels for each claim, a column for each step: lines for the widths over the strides; and when v_1 flips. */
final class WindowCadenceFigures {
    private static final int PUBLISHED_STRIDE = 100;
    private static final int PANEL_HEIGHT = 230;

    private WindowCadenceFigures() {}

    /** One claim's quantity. */
    private record Row(String title, Axis axis, String quantity, String item, List<Reference> references) {}

    /** @param width published number of updates of a window */
    static void add(Findings findings, NavigableSet<Long> steps, int width) {
        List<Long> measured = steps.stream()
                .filter(step -> findings.value(
                                Procedure.CONTROLLED, "windows-asked", Claim.GRADIENT_BELOW_HALF.key(), step)
                        .isPresent())
                .toList();
        Reference half = new Reference(0.5, "");
        Reference zero = new Reference(0, "");
        findings.figure(figure(
                "directions",
                "What the windows are made of, by width and stride; the published window is marked",
                List.of(
                        new Row(
                                "Gradient in v1",
                                Axis.linear("E_g/(E_g + E_w)", 0, 1),
                                "gradient-fraction",
                                "v1",
                                List.of(half)),
                        new Row(
                                "v1 along the weights",
                                Axis.linear("|cos(θ_A, v1)|", 0, 1),
                                "cosine-with-weights",
                                "v1",
                                List.of()),
                        new Row("Turn of v1 in a stride", Axis.linear("degrees", 0, 90), "rotation", "v1", List.of()),
                        new Row("σ_k*/σ_k*+1", Axis.log("ratio"), "gap-ratio", "spectrum", List.of()),
                        new Row("g23/Σσ²", Axis.log("share"), "relative-g23", "spectrum", List.of())),
                measured,
                width,
                findings));
        findings.figure(figure(
                "effects",
                "What the edge of each window does, by width and stride; dashed the largest of nine random directions,"
                        + " or zero",
                List.of(
                        new Row("Edge − random", Axis.linear("Δaccuracy"), "excess-over-random", "edge", List.of(zero)),
                        new Row(
                                "Edge − shrinking",
                                Axis.linear("Δaccuracy"),
                                "excess-over-shrink",
                                "edge",
                                List.of(zero)),
                        new Row("v1·Hv1", Axis.linear("v1·Hv1"), "curvature", "v1", List.of()),
                        new Row("KL, ±0.03 along v1", Axis.log(""), "largest-divergence", "v1", List.of())),
                measured,
                width,
                findings));
        findings.figure(flips(findings));
    }

    private static Figure figure(
            String name, String description, List<Row> rows, List<Long> steps, int width, Findings findings) {
        List<Panel> panels = new ArrayList<>();
        for (Row row : rows) {
            for (long step : steps) {
                panels.add(panel(row, step, width, panels.size() + 1 == steps.size(), findings));
            }
        }
        return new Figure(name, description, Math.max(1, steps.size()), PANEL_HEIGHT, panels);
    }

    private static Panel panel(Row row, long step, int published, boolean legend, Findings findings) {
        List<Line> lines = new ArrayList<>();
        List<Points> points = new ArrayList<>();
        List<Reference> references = new ArrayList<>(row.references());
        value(findings, row.quantity(), "random/maximum", step)
                .ifPresent(random -> references.add(new Reference(random, "")));
        int colour = 0;
        for (int width : Cadences.WIDTHS) {
            List<double[]> found = new ArrayList<>();
            for (int stride : WindowCadence.STRIDES) {
                value(findings, row.quantity(), SweptWindow.item(row.item(), width, stride), step)
                        .ifPresent(value -> found.add(new double[] {stride, value}));
            }
            if (!found.isEmpty()) {
                double[] strides = column(found, 0);
                double[] values = column(found, 1);
                lines.add(Line.solid("W=" + width, strides, values, colour));
                points.add(new Points(
                        "",
                        strides,
                        values,
                        Collections.nCopies(strides.length, "W=" + width),
                        colour,
                        Points.Mark.DOT));
            }
            colour++;
        }
        value(findings, row.quantity(), SweptWindow.item(row.item(), published, PUBLISHED_STRIDE), step)
                .ifPresent(value -> points.add(new Points(
                        "published",
                        new double[] {PUBLISHED_STRIDE},
                        new double[] {value},
                        List.of("published: W=" + published + ", stride=" + PUBLISHED_STRIDE),
                        Palette.GREY,
                        Points.Mark.DOT)));
        return new Panel(
                row.title() + ", " + step,
                Axis.log("steps of an update"),
                row.axis(),
                List.of(),
                lines,
                points,
                List.of(),
                references,
                List.of(),
                legend);
    }

    private static double[] column(List<double[]> rows, int column) {
        return rows.stream().mapToDouble(row -> row[column]).toArray();
    }

    private static OptionalDouble value(Findings findings, String quantity, String item, long step) {
        return findings.value(Procedure.CONTROLLED, quantity, item, step);
    }

    private static Figure flips(Findings findings) {
        List<Panel> panels = new ArrayList<>();
        for (int index = 0; index < WindowCadence.STRIDES.length; index++) {
            int stride = WindowCadence.STRIDES[index];
            long last = WindowCadence.SCANNED[index];
            List<Line> lines = new ArrayList<>();
            int colour = 0;
            for (int width : Cadences.WIDTHS) {
                List<Measurement> curve = findings
                        .curve(Procedure.CONTROLLED, "gradient-fraction", SweptWindow.item("v1", width, stride))
                        .stream()
                        .filter(measurement -> measurement.step() <= last)
                        .toList();
                double[] steps = curve.stream().mapToDouble(Measurement::step).toArray();
                double[] values = curve.stream().mapToDouble(Measurement::value).toArray();
                lines.add(Line.solid("W=" + width, steps, values, colour++));
            }
            panels.add(new Panel(
                    stride == 1 ? "Updates of 1 step" : "Updates of " + stride + " steps",
                    Axis.linear("step"),
                    Axis.linear("gradient's share of v1", 0, 1),
                    List.of(),
                    lines,
                    List.of(),
                    List.of(new Reference(0.5, ""))));
        }
        return new Figure(
                "flips",
                "The gradient's share of v1 in windows from the first step on, by cadence and width",
                2,
                panels);
    }
}
