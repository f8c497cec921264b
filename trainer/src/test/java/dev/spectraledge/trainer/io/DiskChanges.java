package dev.spectraledge.trainer.io;

import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Hears of every change that the program makes to files, at the moment at which a kill would leave them so. */
public final class DiskChanges implements AutoCloseable {
    private final Logger logger = Logger.getLogger(AtomicFile.class.getName());
    private final Level levelBefore = logger.getLevel();
    private final boolean parentBefore = logger.getUseParentHandlers();
    private final Handler handler;

    /** @param listener is called between one change and the next; what it throws is a failure of the disk */
    public DiskChanges(Runnable listener) {
        handler = new Handler() {
            @Override
            public void publish(LogRecord change) {
                listener.run();
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
