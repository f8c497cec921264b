package dev.spectraledge.analysis.published;

/** What ours, measured as published, says of the number that the author's code gives when it is run again. */
public enum AgainstRerun {
    AGREES("agrees"),
    DIFFERS("differs"),
    /** An input is missing. */
    NOT_TESTABLE("not testable"),
    /** Nothing could differ from it: the bounds are too wide. */
    WEAK("weak"),
    /** It was not run again, or gives no such number. */
    NONE("none");

    private final String text;

    AgainstRerun(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
