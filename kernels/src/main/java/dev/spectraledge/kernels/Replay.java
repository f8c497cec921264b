package dev.spectraledge.kernels;

/** Operations that were recorded once ({@link Backend#record}) and can be done again and again. */
public interface Replay extends AutoCloseable {
    /** Does the recorded operations, on what their operands hold by then. */
    void replay();

    /** Forgets the recording; closing twice does nothing. */
    @Override
    void close();
}
