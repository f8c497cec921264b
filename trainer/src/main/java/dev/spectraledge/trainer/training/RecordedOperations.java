package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Replay;

/** Operations that are done the first time, which brings up whatever they need, and replayed from a recording after that. */
final class RecordedOperations implements AutoCloseable {
    private final Backend backend;
    private final Runnable operations;
    private boolean done;
    private Replay replay;

    RecordedOperations(Backend backend, Runnable operations) {
        this.backend = backend;
        this.operations = operations;
    }

    void run() {
        if (!done) {
            operations.run();
            done = true;
            return;
        }
        if (replay == null) {
            replay = backend.record(operations);
        }
        replay.replay();
    }

    @Override
    public void close() {
        if (replay != null) {
            replay.close();
        }
    }
}
