package dev.spectraledge.analysis.report.plot;

import dev.spectraledge.trainer.io.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The numbers of a figure for the script that lets people read them off: what {@link SvgFigure} draws, thinned where that is.
 * Positions that several series share are written once.
 */
public final class PlotData {
    private final int columns;
    private final List<Object> positions = new ArrayList<>();
    private final Map<List<Double>, Integer> known = new LinkedHashMap<>();

    private PlotData(int columns) {
        this.columns = columns;
    }

    /** A JSON document on one line; numbers have the digits of a float. */
    public static String json(Figure figure) {
        return Json.compact(document(figure));
    }

    /**
     * JSON for an element of a page, in HTML and in its XML syntax: no text in it can end the element or begin another.
     */
    public static String embedded(String json) {
        return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
    }

    private static Map<String, Object> document(Figure figure) {
        PlotData data = new PlotData(Math.min(figure.columns(), figure.panels().size()));
        List<Object> panels = new ArrayList<>();
        figure.panels().forEach(panel -> panels.add(data.panel(panel)));
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("name", figure.name());
        document.put("description", figure.description());
        document.put("columns", data.columns);
        document.put("height", figure.panelHeight());
        document.put("positions", data.positions);
        document.put("panels", panels);
        return document;
    }

    private Map<String, Object> panel(Panel panel) {
        PanelScales scales = PanelScales.of(panel);
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("title", panel.title());
        values.put("legend", panel.legend());
        values.put("x", axis(panel.x()));
        values.put("y", axis(panel.y()));
        values.put(
                "bands", panel.bands().stream().map(band -> band(band, scales)).toList());
        values.put(
                "lines", panel.lines().stream().map(line -> line(line, scales)).toList());
        values.put("points", panel.points().stream().map(this::points).toList());
        values.put(
                "events",
                panel.events().stream()
                        .map(event -> pair(event.x(), event.label()))
                        .toList());
        values.put(
                "references",
                panel.references().stream()
                        .map(reference -> pair(reference.y(), reference.label()))
                        .toList());
        values.put(
                "notes",
                panel.notes().stream()
                        .map(note -> List.<Object>of(number(note.x()), number(note.y()), note.text()))
                        .toList());
        return values;
    }

    private static List<Object> pair(double value, String label) {
        return List.of(number(value), label);
    }

    private static Map<String, Object> axis(Axis axis) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("label", axis.label());
        values.put("log", axis.logarithmic());
        values.put("low", axis.low());
        values.put("high", axis.high());
        if (!axis.ticks().isEmpty()) {
            values.put(
                    "ticks",
                    axis.ticks().stream()
                            .map(tick -> pair(tick.value(), tick.label()))
                            .toList());
        }
        return values;
    }

    private Map<String, Object> line(Line line, PanelScales scales) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("label", line.label());
        values.put("colour", line.colour());
        values.put("stroke", line.stroke().name().toLowerCase(Locale.ROOT));
        if (line.x().length <= SvgFigure.pointsDrawnSingly(columns)) {
            DataGaps gaps = new DataGaps(line.x());
            values.put("x", position(gaps.positions()));
            values.put("y", numbers(gaps.values(line.y())));
        } else {
            PixelColumns drawn = thinned(line.x(), line.y(), scales);
            double[][] of = new double[4][drawn.size()];
            for (int i = 0; i < drawn.size(); i++) {
                of[0][i] = drawn.position(i);
                of[1][i] = drawn.middle(i);
                of[2][i] = drawn.low(i);
                of[3][i] = drawn.high(i);
            }
            values.put("x", position(of[0]));
            values.put("y", numbers(of[1]));
            values.put("low", numbers(of[2]));
            values.put("high", numbers(of[3]));
        }
        return values;
    }

    private PixelColumns thinned(double[] x, double[] y, PanelScales scales) {
        return new PixelColumns(x, y, scales.x(), scales.y(), PanelDrawing.plotWidth(SvgFigure.panelWidth(columns)));
    }

    private Map<String, Object> band(Band band, PanelScales scales) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("label", band.label());
        values.put("colour", band.colour());
        if (band.x().length <= SvgFigure.pointsDrawnSingly(columns)) {
            DataGaps gaps = new DataGaps(band.x());
            values.put("x", position(gaps.positions()));
            values.put("low", numbers(gaps.values(band.low())));
            values.put("high", numbers(gaps.values(band.high())));
        } else {
            PixelColumns low = thinned(band.x(), band.low(), scales);
            PixelColumns high = thinned(band.x(), band.high(), scales);
            int size = Math.min(low.size(), high.size());
            double[][] of = new double[3][size];
            for (int i = 0; i < size; i++) {
                of[0][i] = low.position(i);
                of[1][i] = low.middle(i);
                of[2][i] = high.middle(i);
            }
            values.put("x", position(of[0]));
            values.put("low", numbers(of[1]));
            values.put("high", numbers(of[2]));
        }
        return values;
    }

    private Map<String, Object> points(Points points) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("label", points.label());
        values.put("colour", points.colour());
        values.put("mark", points.mark().name().toLowerCase(Locale.ROOT));
        values.put("x", numbers(points.x()));
        values.put("y", numbers(points.y()));
        if (!points.names().isEmpty()) {
            values.put("names", points.names());
        }
        return values;
    }

    /** Index among the positions of the figure. */
    private int position(double[] x) {
        return known.computeIfAbsent(Arrays.stream(x).boxed().toList(), absent -> {
            positions.add(numbers(x));
            return positions.size() - 1;
        });
    }

    private static List<Object> numbers(double[] values) {
        List<Object> numbers = new ArrayList<>(values.length);
        for (double value : values) {
            numbers.add(number(value));
        }
        return numbers;
    }

    /** With the few digits that tell a float from its neighbours; whole numbers and extreme ones as they are. */
    private static Object number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e15) {
            return (long) value;
        }
        double size = Math.abs(value);
        return size > 1e-30 && size < 1e30 ? Double.valueOf(Float.toString((float) value)) : (Object) value;
    }
}
