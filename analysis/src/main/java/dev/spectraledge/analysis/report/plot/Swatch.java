package dev.spectraledge.analysis.report.plot;

import dev.spectraledge.analysis.report.Markup;

/** A short piece of a line, for the key of a page whose figures draw the same things with the same lines. */
public final class Swatch {
    private static final String WIDTH = "26";
    private static final String HEIGHT = "10";

    private Swatch() {}

    /** Stands inside of text. */
    public static void write(Markup page, int colour, Line.Stroke stroke) {
        page.open(
                        "svg",
                        "class",
                        "swatch",
                        "width",
                        WIDTH,
                        "height",
                        HEIGHT,
                        "viewBox",
                        "0 0 " + WIDTH + " " + HEIGHT,
                        "aria-hidden",
                        "true")
                .empty(
                        "path",
                        "class",
                        "l" + Palette.cssClass(colour),
                        "stroke",
                        Palette.light(colour),
                        "stroke-width",
                        "3",
                        "stroke-dasharray",
                        stroke == Line.Stroke.DASHED ? "5 4" : "none",
                        "d",
                        "M0,5H26")
                .close();
    }
}
