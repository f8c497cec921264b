package dev.spectraledge.analysis.export;

import dev.spectraledge.trainer.run.RunDirectory;
import java.util.ArrayList;
import java.util.List;

/** The event files of those runs of a group whose configuration asks for them, while they train. */
public final class TensorBoardMirror implements AutoCloseable {
    private final List<TensorBoardCopy> copies = new ArrayList<>();

    /**
     * Starts or goes on with the event files.
     *
     * @param step after which the runs go on, 0 for new ones
     */
    public TensorBoardMirror(List<RunDirectory> runs, long step) {
        try {
            for (RunDirectory run : runs) {
                if (run.config().tensorboard()) {
                    copies.add(TensorBoardCopy.resume(run.root(), step));
                }
            }
        } catch (RuntimeException failure) {
            close();
            throw failure;
        }
    }

    /** Adds all new rows; the tables hold all rows of steps up to {@code step}. */
    public void copyUpTo(long step) {
        copies.forEach(copy -> copy.copyUpTo(step));
    }

    @Override
    public void close() {
        copies.forEach(TensorBoardCopy::close);
    }
}
