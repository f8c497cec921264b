package dev.spectraledge.kernels;

/** {@link Replay#afterFirst}. */
final class LateReplay implements Replay {
    private final Backend backend;
    private final Runnable operations;
    private boolean done;
    private Replay recording;

    LateReplay(Backend backend, Runnable operations) {
        this.backend = backend;
        this.operations = operations;
    }

    @Override
    public void replay() {
        if (!done) {
            operations.run();
            done = true;
            return;
        }
        if (recording == null) {
            recording = backend.record(operations);
        }
        recording.replay();
    }

    @Override
    public void close() {
        if (recording != null) {
            recording.close();
        }
    }
}
