package dev.spectraledge.kernels;

/** On the host a recording is the operations themselves. */
final class HostReplay implements Replay {
    private Runnable operations;

    HostReplay(Runnable operations) {
        this.operations = operations;
    }

    @Override
    public void replay() {
        if (operations == null) {
            throw new IllegalStateException("this recording is closed");
        }
        operations.run();
    }

    @Override
    public void close() {
        operations = null;
    }
}
