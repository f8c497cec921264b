package dev.spectraledge.analysis.report.plot;

import dev.spectraledge.analysis.report.Markup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Draws one panel into a rectangle of an SVG document. Lengths are in pixels of a page at its natural size. */
final class PanelDrawing {
    private static final int LEFT = 58;
    private static final int RIGHT = 18;
    private static final int BOTTOM = 38;
    private static final int TITLE_HEIGHT = 22;
    private static final int LEGEND_ROW = 17;
    private static final int EVENT_ROW = 18;
    private static final double CHARACTER_WIDTH = 6.3;
    private static final double BAR = 18;
    private static final String TEXT_SIZE = "11";
    /** Of the label of a horizontal line: baseline below and above the line, and what it needs below. */
    private static final double LABEL_BELOW = 13;

    private static final double LABEL_ABOVE = -5;
    private static final double LABEL_ROOM = 18;

    private final Markup svg;
    private final Panel panel;
    private final String clipId;
    private final double left;
    private final double top;
    private final double width;
    private final double height;
    private final double panelLeft;
    private final double panelTop;
    private final int panelWidth;
    private final List<List<LegendEntry>> legend;
    private final Scale x;
    private final Scale y;

    private enum Key {
        LINE,
        DASHED_LINE,
        BAND,
        DOT,
        TRIANGLE,
        BAR
    }

    private record LegendEntry(String label, int colour, Key key) {
        double width() {
            return 34 + label.length() * CHARACTER_WIDTH;
        }
    }

    PanelDrawing(Markup svg, Panel panel, String clipId, double panelLeft, double panelTop, int width, int height) {
        this.svg = svg;
        this.panel = panel;
        this.clipId = clipId;
        this.panelLeft = panelLeft;
        this.panelTop = panelTop;
        this.left = panelLeft + LEFT;
        this.panelWidth = width;
        this.width = width - LEFT - RIGHT;
        this.legend = legendRows(this.width);
        double above =
                TITLE_HEIGHT + legend.size() * LEGEND_ROW + (panel.events().isEmpty() ? 6 : EVENT_ROW);
        this.top = panelTop + above;
        this.height = height - above - BOTTOM;
        PanelScales scales = PanelScales.of(panel);
        this.x = scales.x();
        this.y = scales.y();
    }

    /** How many points a line in a panel of this width may have, for each of them to be drawn. */
    static int pointsDrawnSingly(int panelWidth) {
        return 2 * plotWidth(panelWidth);
    }

    /** Width of what lies between the axes of a panel. */
    static int plotWidth(int panelWidth) {
        return panelWidth - LEFT - RIGHT;
    }

    void draw() {
        svg.leaf(
                "text",
                panel.title(),
                "class",
                "ink",
                "fill",
                "#1b1f24",
                "x",
                number(panelLeft + 4),
                "y",
                number(panelTop + 14),
                "font-size",
                "13",
                "font-weight",
                "600");
        drawLegend();
        drawAxes();
        svg.open("g", "clip-path", "url(#" + clipId + ")");
        panel.bands().forEach(this::drawBand);
        panel.references().forEach(this::drawReference);
        panel.lines().forEach(this::drawLine);
        svg.close();
        panel.points().forEach(this::drawPoints);
        panel.notes()
                .forEach(note -> text(note.text(), pixelX(note.x()), pixelY(note.y()), "middle", "faint", "#59626c"));
        drawEvents();
    }

    void clipPath() {
        svg.open("clipPath", "id", clipId)
                .empty(
                        "rect",
                        "x",
                        number(left),
                        "y",
                        number(top - 1),
                        "width",
                        number(width),
                        "height",
                        number(height + 2))
                .close();
    }

    private List<List<LegendEntry>> legendRows(double available) {
        if (!panel.legend()
                || panel.lines().size() + panel.bands().size() + panel.points().size() < 2) {
            return List.of();
        }
        List<LegendEntry> entries = new ArrayList<>();
        for (Line line : panel.lines()) {
            Key key = line.stroke() == Line.Stroke.DASHED ? Key.DASHED_LINE : Key.LINE;
            entries.add(new LegendEntry(line.label(), line.colour(), key));
        }
        for (Band band : panel.bands()) {
            if (!band.label().isEmpty()) {
                entries.add(new LegendEntry(band.label(), band.colour(), Key.BAND));
            }
        }
        for (Points points : panel.points()) {
            if (!points.label().isEmpty()) {
                entries.add(new LegendEntry(points.label(), points.colour(), key(points.mark())));
            }
        }
        List<List<LegendEntry>> rows = new ArrayList<>();
        double used = Double.POSITIVE_INFINITY;
        for (LegendEntry entry : new LinkedHashSet<>(entries)) {
            if (used + entry.width() > available) {
                rows.add(new ArrayList<>());
                used = 0;
            }
            rows.getLast().add(entry);
            used += entry.width();
        }
        return rows;
    }

    private void drawLegend() {
        double rowY = panelTop + TITLE_HEIGHT + 9;
        for (List<LegendEntry> row : legend) {
            double entryX = left;
            for (LegendEntry entry : row) {
                drawKey(entry, entryX, rowY);
                text(entry.label(), entryX + 21, rowY, "start", "faint", "#59626c");
                entryX += entry.width();
            }
            rowY += LEGEND_ROW;
        }
    }

    private static Key key(Points.Mark mark) {
        return switch (mark) {
            case DOT -> Key.DOT;
            case BEYOND -> Key.TRIANGLE;
            case BAR -> Key.BAR;
        };
    }

    private void drawKey(LegendEntry entry, double keyX, double rowY) {
        String colour = Palette.light(entry.colour());
        String cssClass = Palette.cssClass(entry.colour());
        switch (entry.key()) {
            case BAND ->
                svg.empty(
                        "rect",
                        "class",
                        "f" + cssClass,
                        "fill",
                        colour,
                        "fill-opacity",
                        "0.22",
                        "x",
                        number(keyX),
                        "y",
                        number(rowY - 9),
                        "width",
                        "16",
                        "height",
                        "10");
            case LINE, DASHED_LINE ->
                svg.empty(
                        "path",
                        "class",
                        "l" + cssClass,
                        "stroke",
                        colour,
                        "stroke-width",
                        "2",
                        "stroke-dasharray",
                        entry.key() == Key.DASHED_LINE ? "5 3" : "none",
                        "fill",
                        "none",
                        "d",
                        new PathData()
                                .moveTo(keyX, rowY - 4)
                                .lineTo(keyX + 16, rowY - 4)
                                .toString());
            case DOT -> mark(Points.Mark.DOT, keyX + 8, rowY - 4, entry.colour(), "");
            case TRIANGLE -> mark(Points.Mark.BEYOND, keyX + 8, rowY - 4, entry.colour(), "");
            case BAR -> mark(Points.Mark.BAR, keyX + 8, rowY - 4, entry.colour(), "");
        }
    }

    private void drawPoints(Points points) {
        if (points.names().isEmpty()) {
            drawPixels(points);
            return;
        }
        for (int i = 0; i < points.x().length; i++) {
            if (x.accepts(points.x()[i]) && y.accepts(points.y()[i])) {
                double atX = pixelX(points.x()[i]);
                double atY = pixelY(points.y()[i]);
                mark(points.mark(), atX, atY, points.colour(), points.names().get(i));
            }
        }
    }

    /** Many points as one path, in which each pixel occurs once. */
    private void drawPixels(Points points) {
        PathData path = new PathData();
        Set<Long> pixels = new HashSet<>();
        for (int i = 0; i < points.x().length; i++) {
            if (x.accepts(points.x()[i]) && y.accepts(points.y()[i])) {
                double atX = Math.rint(pixelX(points.x()[i]));
                double atY = Math.rint(pixelY(points.y()[i]));
                if (pixels.add(((long) atX << Integer.SIZE) + (long) atY)) {
                    outline(path, points.mark(), atX, atY);
                }
            }
        }
        if (!path.isEmpty()) {
            stroke(path, points.mark(), points.colour(), "");
        }
    }

    private void mark(Points.Mark mark, double atX, double atY, int colour, String name) {
        PathData path = new PathData();
        outline(path, mark, atX, atY);
        stroke(path, mark, colour, name);
    }

    private static void outline(PathData path, Points.Mark mark, double atX, double atY) {
        switch (mark) {
            // Of no length, but with round ends.
            case DOT -> path.moveTo(atX, atY).lineTo(atX, atY);
            case BEYOND ->
                path.moveTo(atX - 4, atY + 3)
                        .lineTo(atX, atY - 4)
                        .lineTo(atX + 4, atY + 3)
                        .closePath();
            case BAR -> path.moveTo(atX - BAR / 2, atY).lineTo(atX + BAR / 2, atY);
        }
    }

    private void stroke(PathData path, Points.Mark mark, int colour, String name) {
        svg.open(
                "path",
                "class",
                "l" + Palette.cssClass(colour),
                "stroke",
                Palette.light(colour),
                "stroke-width",
                mark == Points.Mark.DOT ? "6" : mark == Points.Mark.BAR ? "2.5" : "1.4",
                "stroke-opacity",
                mark == Points.Mark.DOT ? "0.75" : "1",
                "stroke-linecap",
                mark == Points.Mark.BAR ? "butt" : "round",
                "stroke-linejoin",
                "round",
                "fill",
                "none",
                "d",
                path.toString());
        if (!name.isEmpty()) {
            svg.leaf("title", name);
        }
        svg.close();
    }

    private void drawAxes() {
        double bottom = top + height;
        for (Scale.Tick tick : panel.y().ticks(y, (int) Math.max(3, height / 38))) {
            double tickY = pixelY(tick.value());
            rule("grid", "#e4e7eb", left, tickY, left + width, tickY);
            text(tick.label(), left - 7, tickY + 3.8, "end", "faint", "#59626c");
        }
        double occupiedUntil = Double.NEGATIVE_INFINITY;
        for (Scale.Tick tick : panel.x().ticks(x, (int) Math.max(3, width / 80))) {
            double tickX = pixelX(tick.value());
            rule("axis", "#8a929b", tickX, bottom, tickX, bottom + 4);
            double half = tick.label().length() * CHARACTER_WIDTH / 2;
            // Of ticks that stand too close to be labelled side by side, the first keeps its label.
            if (tickX - half >= occupiedUntil) {
                text(tick.label(), tickX, bottom + 16, "middle", "faint", "#59626c");
                occupiedUntil = tickX + half;
            }
        }
        rule("axis", "#8a929b", left, bottom, left + width, bottom);
        text(panel.x().label(), left + width / 2, bottom + 32, "middle", "faint", "#59626c");
        svg.leaf(
                "text",
                panel.y().label(),
                "class",
                "faint",
                "fill",
                "#59626c",
                "font-size",
                TEXT_SIZE,
                "text-anchor",
                "middle",
                "transform",
                "translate(" + number(panelLeft + 12) + " " + number(top + height / 2) + ") rotate(-90)");
    }

    private void drawBand(Band band) {
        if (band.x().length <= pointsDrawnSingly(panelWidth)) {
            drawBandPoints(band);
        } else {
            drawBandColumns(band);
        }
    }

    private void drawBandPoints(Band band) {
        PathData path = new PathData();
        DataGaps gaps = new DataGaps(band.x());
        int from = 0;
        while (from < band.x().length) {
            int to = from;
            while (to < band.x().length
                    && y.accepts(band.low()[to])
                    && y.accepts(band.high()[to])
                    && (to == from || !gaps.before(to))) {
                to++;
            }
            for (int i = from; i < to; i++) {
                path.point(i == from, pixelX(band.x()[i]), pixelY(band.high()[i]));
            }
            for (int i = to - 1; i >= from; i--) {
                path.lineTo(pixelX(band.x()[i]), pixelY(band.low()[i]));
            }
            if (to > from) {
                path.closePath();
            }
            from = Math.max(to, from + 1);
        }
        fillBand(path, band);
    }

    /** A band of many points: the middle of each edge in every column of pixels; lines show the extremes. */
    private void drawBandColumns(Band band) {
        PixelColumns low = new PixelColumns(band.x(), band.low(), x, y, (int) width);
        PixelColumns high = new PixelColumns(band.x(), band.high(), x, y, (int) width);
        PathData path = new PathData();
        for (int i = 0; i < high.size(); i++) {
            path.point(i == 0, left + high.column(i), pixelY(high.middle(i)));
        }
        for (int i = low.size() - 1; i >= 0; i--) {
            path.lineTo(left + low.column(i), pixelY(low.middle(i)));
        }
        if (!path.isEmpty()) {
            path.closePath();
        }
        fillBand(path, band);
    }

    private void drawLine(Line line) {
        boolean everyPointFits = line.x().length <= pointsDrawnSingly(panelWidth);
        if (everyPointFits) {
            drawEveryPoint(line);
        } else {
            drawColumns(line);
        }
    }

    private void drawEveryPoint(Line line) {
        PathData path = new PathData();
        DataGaps gaps = new DataGaps(line.x());
        boolean gap = true;
        double previousY = 0;
        for (int i = 0; i < line.x().length; i++) {
            if (!y.accepts(line.y()[i]) || !x.accepts(line.x()[i])) {
                gap = true;
                continue;
            }
            double pointX = pixelX(line.x()[i]);
            double pointY = pixelY(line.y()[i]);
            gap |= gaps.before(i);
            if (!gap && line.stroke() == Line.Stroke.STEPS) {
                path.lineTo(pointX, previousY);
            }
            path.point(gap, pointX, pointY);
            if (gap) {
                // Of no length, but with round ends: a point between two gaps is a dot.
                path.lineTo(pointX, pointY);
            }
            gap = false;
            previousY = pointY;
        }
        stroke(path, line, "1.6");
    }

    private void drawColumns(Line line) {
        PixelColumns columns = new PixelColumns(line.x(), line.y(), x, y, (int) width);
        PathData envelope = new PathData();
        PathData middle = new PathData();
        for (int i = 0; i < columns.size(); i++) {
            double pointX = left + columns.column(i);
            // Half a pixel around the range keeps a column of equal values visible.
            double pointY = pixelY(columns.high(i)) - 0.5;
            envelope.point(i == 0, pointX, pointY);
            middle.point(i == 0, pointX, pixelY(columns.middle(i)));
        }
        for (int i = columns.size() - 1; i >= 0; i--) {
            envelope.lineTo(left + columns.column(i), pixelY(columns.low(i)) + 0.5);
        }
        if (!envelope.isEmpty()) {
            envelope.closePath();
        }
        fill(envelope, line.colour(), "0.3");
        stroke(middle, line, "1.3");
    }

    private void drawReference(Reference reference) {
        if (!y.accepts(reference.y())) {
            return;
        }
        double atY = pixelY(reference.y());
        svg.empty(
                "path",
                "class",
                "reference",
                "stroke",
                "#7d858e",
                "stroke-width",
                "1",
                "stroke-dasharray",
                "2 3",
                "fill",
                "none",
                "d",
                new PathData().moveTo(left, atY).lineTo(left + width, atY).toString());
        if (!reference.label().isEmpty()) {
            double baseline = atY + (hasOneBelow(reference) ? LABEL_ABOVE : LABEL_BELOW);
            text(reference.label(), left + width * 0.6, baseline, "middle", "faint", "#59626c");
        }
    }

    /** Whether another labelled line is so near below that the label has to stand above its own. */
    private boolean hasOneBelow(Reference reference) {
        int index = panel.references().indexOf(reference);
        for (int other = 0; other < panel.references().size(); other++) {
            Reference second = panel.references().get(other);
            double below = pixelY(second.y()) - pixelY(reference.y());
            boolean isLower = below > 0 || (below == 0 && other > index);
            if (other != index && !second.label().isEmpty() && y.accepts(second.y()) && isLower && below < LABEL_ROOM) {
                return true;
            }
        }
        return false;
    }

    private void drawEvents() {
        List<EventMark> inOrder = panel.events().stream()
                .filter(event -> x.accepts(event.x()) && x.position(event.x()) >= 0 && x.position(event.x()) <= 1)
                .sorted(Comparator.comparingDouble(EventMark::x))
                .toList();
        double occupiedUntil = Double.NEGATIVE_INFINITY;
        for (EventMark event : inOrder) {
            double atX = pixelX(event.x());
            double labelWidth = event.label().length() * CHARACTER_WIDTH;
            double labelX = Math.max(left, Math.min(atX - labelWidth / 2, left + width - labelWidth));
            svg.empty(
                    "path",
                    "class",
                    "event",
                    "stroke",
                    "#1b1f24",
                    "stroke-width",
                    "1.1",
                    "stroke-dasharray",
                    "4 3",
                    "fill",
                    "none",
                    "d",
                    new PathData()
                            .moveTo(atX, top - 3)
                            .lineTo(atX, top + height)
                            .toString());
            // Of events that stand too close to be named side by side, the first keeps its name.
            if (labelX >= occupiedUntil) {
                text(event.label(), labelX + labelWidth / 2, top - 6, "middle", "ink", "#1b1f24");
                occupiedUntil = labelX + labelWidth + 6;
            }
        }
    }

    /** Outlined, because the quantiles of a null may lie closer together than the width of a pixel. */
    private void fillBand(PathData path, Band band) {
        if (!path.isEmpty()) {
            String cssClass = Palette.cssClass(band.colour());
            String colour = Palette.light(band.colour());
            svg.empty(
                    "path",
                    "class",
                    "f" + cssClass + " l" + cssClass,
                    "fill",
                    colour,
                    "stroke",
                    colour,
                    "opacity",
                    "0.25",
                    "stroke-width",
                    band.outlined() ? "2" : "0",
                    "stroke-linejoin",
                    "round",
                    "d",
                    path.toString());
        }
    }

    private void fill(PathData path, int colour, String opacity) {
        if (!path.isEmpty()) {
            svg.empty(
                    "path",
                    "class",
                    "f" + Palette.cssClass(colour),
                    "fill",
                    Palette.light(colour),
                    "fill-opacity",
                    opacity,
                    "d",
                    path.toString());
        }
    }

    private void stroke(PathData path, Line line, String strokeWidth) {
        if (!path.isEmpty()) {
            svg.open(
                            "path",
                            "class",
                            "l" + Palette.cssClass(line.colour()),
                            "stroke",
                            Palette.light(line.colour()),
                            "stroke-width",
                            strokeWidth,
                            "stroke-dasharray",
                            line.stroke() == Line.Stroke.DASHED ? "5 3" : "none",
                            "stroke-linejoin",
                            "round",
                            "stroke-linecap",
                            "round",
                            "fill",
                            "none",
                            "d",
                            path.toString())
                    .leaf("title", line.label())
                    .close();
        }
    }

    private void rule(String cssClass, String colour, double fromX, double fromY, double toX, double toY) {
        svg.empty(
                "path",
                "class",
                cssClass,
                "stroke",
                colour,
                "stroke-width",
                "1",
                "fill",
                "none",
                "d",
                new PathData().moveTo(fromX, fromY).lineTo(toX, toY).toString());
    }

    private void text(String text, double atX, double atY, String anchor, String cssClass, String colour) {
        svg.leaf(
                "text",
                text,
                "class",
                cssClass,
                "fill",
                colour,
                "x",
                number(atX),
                "y",
                number(atY),
                "font-size",
                TEXT_SIZE,
                "text-anchor",
                anchor);
    }

    private double pixelX(double value) {
        return left + x.position(value) * width;
    }

    private double pixelY(double value) {
        return top + (1 - y.position(value)) * height;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
