package dev.spectraledge.analysis.report.plot;

import java.util.List;

/**
 * Panels side by side.
 *
 * @param name lower-case words with hyphens; names the file
 * @param description one sentence for people who cannot see it
 * @param columns panels in a row
 * @param panelHeight in pixels of a page that is {@value SvgFigure#PAGE_WIDTH} wide
 */
public record Figure(String name, String description, int columns, int panelHeight, List<Panel> panels) {
    private static final int USUAL_HEIGHT = 270;

    /** A figure whose panels have the usual height. */
    public Figure(String name, String description, int columns, List<Panel> panels) {
        this(name, description, columns, USUAL_HEIGHT, panels);
    }
}
