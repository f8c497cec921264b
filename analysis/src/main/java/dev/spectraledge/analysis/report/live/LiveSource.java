package dev.spectraledge.analysis.report.live;

/** Where a live page has its content from. Methods are called by one thread at a time. */
public interface LiveSource {
    /** Heading of the page. */
    String title();

    /**
     * Something that is cheap to get and differs from the one before when there may be more to show, such as the sizes of
     * files.
     */
    Object state();

    /**
     * What there is to show now.
     *
     * @throws dev.spectraledge.trainer.RunException if that cannot be read at the moment
     */
    LiveView view();
}
