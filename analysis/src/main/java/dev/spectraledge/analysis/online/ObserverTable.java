package dev.spectraledge.analysis.online;

/** A table of what an observer sees of one run. */
interface ObserverTable extends AutoCloseable {
    /** Brings buffered rows to the files. */
    void flush();

    /** Drops the rows of later steps. */
    void rewindTo(long step);

    @Override
    void close();
}
