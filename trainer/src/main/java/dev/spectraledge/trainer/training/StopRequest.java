package dev.spectraledge.trainer.training;

/** How any thread asks a training to end after its present step, in a state from which it can be resumed. */
public final class StopRequest {
    private volatile boolean made;

    public void make() {
        made = true;
    }

    public boolean isMade() {
        return made;
    }
}
