package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Replay;
import java.util.Arrays;

/** What follows the steps of each {@linkplain UpdateFeed#pattern pattern}, recorded; found again without garbage. */
final class ObservationRecordings implements AutoCloseable {
    private final Backend backend;
    private final Runnable operations;
    private long[] patterns = new long[0];
    private Replay[] recordings = new Replay[0];

    /** @param operations of the step that was launched last */
    ObservationRecordings(Backend backend, Runnable operations) {
        this.backend = backend;
        this.operations = operations;
    }

    /** Does what follows a step of this pattern, of which the one that was launched last is one. */
    void replay(long pattern) {
        for (int known = 0; known < patterns.length; known++) {
            if (patterns[known] == pattern) {
                recordings[known].replay();
                return;
            }
        }
        patterns = Arrays.copyOf(patterns, patterns.length + 1);
        recordings = Arrays.copyOf(recordings, patterns.length);
        patterns[patterns.length - 1] = pattern;
        recordings[patterns.length - 1] = Replay.afterFirst(backend, operations);
        recordings[patterns.length - 1].replay();
    }

    @Override
    public void close() {
        for (Replay recording : recordings) {
            recording.close();
        }
    }
}
