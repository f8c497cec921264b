package dev.spectraledge.analysis.report.plot;

import dev.spectraledge.analysis.report.Markup;
import java.util.List;

/** Draws a figure as SVG, to be saved as a file of its own or to stand inside of a page. */
public final class SvgFigure {
    static final int PAGE_WIDTH = 1120;

    private static final int GUTTER = 24;

    private SvgFigure() {}

    /** A complete document with its own background and style, and with the numbers that it shows. */
    public static String document(Figure figure) {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + draw(figure, true) + "\n";
    }

    /** An element for a page that carries {@link Palette#darkStyle()} itself. */
    public static String element(Figure figure) {
        return draw(figure, false);
    }

    /** How many points a line of a figure of so many panels in a row may have, for each of them to be drawn. */
    public static int pointsDrawnSingly(int columns) {
        return PanelDrawing.pointsDrawnSingly(panelWidth(columns));
    }

    static int panelWidth(int columns) {
        return (PAGE_WIDTH - (columns - 1) * GUTTER) / columns;
    }

    private static String draw(Figure figure, boolean standalone) {
        List<Panel> panels = figure.panels();
        int columns = Math.min(figure.columns(), panels.size());
        int rows = Math.ceilDiv(panels.size(), columns);
        int panelWidth = panelWidth(columns);
        int pageHeight = rows * figure.panelHeight() + (rows - 1) * GUTTER;
        Markup svg = new Markup();
        svg.open(
                "svg",
                "xmlns",
                "http://www.w3.org/2000/svg",
                "viewBox",
                "0 0 " + PAGE_WIDTH + " " + pageHeight,
                "role",
                "img",
                "aria-label",
                figure.description(),
                "font-family",
                "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif");
        if (standalone) {
            svg.leaf("title", figure.description());
            svg.leaf(SavedFigure.NUMBERS, PlotData.json(figure));
            svg.open("style").raw(Palette.darkStyle()).close();
            svg.empty("rect", "class", "paper", "fill", "#ffffff", "width", "100%", "height", "100%");
        }
        for (int i = 0; i < panels.size(); i++) {
            int panelLeft = i % columns * (panelWidth + GUTTER);
            int panelTop = i / columns * (figure.panelHeight() + GUTTER);
            PanelDrawing drawing = new PanelDrawing(
                    svg,
                    panels.get(i),
                    "clip-" + figure.name() + "-" + i,
                    panelLeft,
                    panelTop,
                    panelWidth,
                    figure.panelHeight());
            drawing.clipPath();
            drawing.draw();
        }
        return svg.close().finish();
    }
}
