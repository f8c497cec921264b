package dev.spectraledge.kernels;

/** Operations that were recorded once ({@link Backend#record}) and can be done again and again. */
public interface Replay extends AutoCloseable {
    /**
     * Operations that are done the first time, which brings up whatever they need, recorded when they are asked for once more,
     * and replayed from then on.
     */
    static Replay afterFirst(Backend backend, Runnable operations) {
        return new LateReplay(backend, operations);
    }

    /** Does the recorded operations, on what their operands hold by then. */
    void replay();

    /** Forgets the recording; closing twice does nothing. */
    @Override
    void close();
}
