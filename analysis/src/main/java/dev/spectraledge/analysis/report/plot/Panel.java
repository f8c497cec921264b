package dev.spectraledge.analysis.report.plot;

import java.util.List;

/**
 * One pair of axes with what is drawn between them.
 *
 * @param legend whether the names of lines, bands and points stand above
 */
public record Panel(
        String title,
        Axis x,
        Axis y,
        List<Band> bands,
        List<Line> lines,
        List<Points> points,
        List<EventMark> events,
        List<Reference> references,
        List<Note> notes,
        boolean legend) {

    /** A panel of curves. */
    public Panel(
            String title,
            Axis x,
            Axis y,
            List<Band> bands,
            List<Line> lines,
            List<EventMark> events,
            List<Reference> references) {
        this(title, x, y, bands, lines, List.of(), events, references, List.of(), true);
    }

    /** The same under another title. */
    public Panel titled(String other) {
        return new Panel(other, x, y, bands, lines, points, events, references, notes, legend);
    }

    /** Whether there is anything to draw. */
    public boolean isEmpty() {
        return lines.isEmpty() && bands.isEmpty() && points.isEmpty();
    }
}
