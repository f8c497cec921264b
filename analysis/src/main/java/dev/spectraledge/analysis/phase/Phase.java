package dev.spectraledge.analysis.phase;

/**
 * A moment of a run at which its window is quoted. Defined by the run's own grok step t95, the first evaluation with a test
 * accuracy of at least 0.95, where the papers use fixed steps for all seeds (ours).
 */
public enum Phase {
    /** The window nearest to t95/2. */
    PRE_GROK("pre-grok"),
    /** The window nearest to t95. */
    AT_GROK("at grok"),
    /** After it, at 2.5 times t95, where the paper's Dyck runs have it. */
    POST_GROK("post-grok"),
    /** The last window. */
    LATE("late");

    private final String title;

    Phase(String title) {
        this.title = title;
    }

    /** Heading in reports. */
    public String title() {
        return title;
    }
}
