package dev.spectraledge.analysis.paper;

/** What became of a published number. */
enum Verdict {
    /** Ours, measured as published, lies within the stated tolerance. */
    REPRODUCED("reproduced"),
    NOT_REPRODUCED("not reproduced"),
    /** Nothing to compare with, for a reason that is given. */
    NOT_TESTABLE("not testable");

    private final String text;

    Verdict(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
