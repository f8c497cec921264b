package dev.spectraledge.kernels;

import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Hears what a class tells its logger, in the thread that tells it and before that thread goes on. For the tests of every
 * module from this one on.
 */
public final class HeardLogger implements AutoCloseable {
    private final Logger logger;
    private final Level levelBefore;
    private final boolean parentBefore;
    private final Handler handler;

    /** @param listener is given each message; what it throws is thrown by the class that told it */
    public HeardLogger(Class<?> teller, Consumer<String> listener) {
        logger = Logger.getLogger(teller.getName());
        levelBefore = logger.getLevel();
        parentBefore = logger.getUseParentHandlers();
        handler = new Handler() {
            @Override
            public void publish(LogRecord told) {
                listener.accept(told.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        handler.setLevel(Level.ALL);
        logger.setLevel(Level.ALL);
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
        logger.setLevel(levelBefore);
        logger.setUseParentHandlers(parentBefore);
    }
}
