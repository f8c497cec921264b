package dev.spectraledge.analysis.report.plot;

import java.util.List;

/** One pair of axes with what is drawn between them. */
public record Panel(
        String title,
        Axis x,
        Axis y,
        List<Band> bands,
        List<Line> lines,
        List<EventMark> events,
        List<Reference> references) {

    /** Whether there is anything to draw. */
    public boolean isEmpty() {
        return lines.isEmpty() && bands.isEmpty();
    }
}
