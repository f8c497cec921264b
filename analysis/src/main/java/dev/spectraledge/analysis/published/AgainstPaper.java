package dev.spectraledge.analysis.published;

/** What ours, measured as published, says of the number that the paper prints. */
public enum AgainstPaper {
    AGREES("agrees"),
    CONTRADICTS("contradicts"),
    /** An input is missing. */
    NOT_TESTABLE("not testable"),
    /** Nothing could contradict it: the bounds are too wide. */
    WEAK("weak"),
    /** The paper prints none. */
    NO_NUMBER("no number");

    private final String text;

    AgainstPaper(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }
}
