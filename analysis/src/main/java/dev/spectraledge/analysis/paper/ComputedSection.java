package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.report.HtmlPage;

/** A section of a paper's page that needs code of its own. */
public interface ComputedSection {
    /** Its heading. */
    String title();

    /** Writes it, or nothing where nothing was measured. */
    void write(HtmlPage page, Evidence evidence);

    /** Whether it is one of the artefacts, which stand below a heading that they share. */
    default boolean isArtefact() {
        return false;
    }
}
