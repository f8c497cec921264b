package dev.spectraledge.trainer.sweep;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Gives the signs of life of all claims of this process. */
final class Heartbeat implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(Heartbeat.class.getName());
    private static final long LONGEST_INTERVAL_MILLIS = 10_000;
    private static final int BEATS_PER_LIMIT = 10;

    private final Set<Claim> claims = ConcurrentHashMap.newKeySet();
    private final CountDownLatch end = new CountDownLatch(1);

    /** @param limit how long others wait for a sign of life */
    Heartbeat(Duration limit) {
        long interval = Math.clamp(limit.toMillis() / BEATS_PER_LIMIT, 1, LONGEST_INTERVAL_MILLIS);
        Thread.ofPlatform().name("heartbeat").daemon().start(() -> beatEvery(interval));
    }

    private void beatEvery(long millis) {
        try {
            while (!end.await(millis, TimeUnit.MILLISECONDS)) {
                claims.forEach(Heartbeat::beat);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void beat(Claim claim) {
        try {
            claim.beat();
        } catch (ClaimLostException trouble) {
            LOGGER.log(System.Logger.Level.DEBUG, "the thread that computes tries again in good time", trouble);
        }
    }

    /** Begins to give signs of life of a claim. */
    void add(Claim claim) {
        claims.add(claim);
    }

    /** Gives a run free. */
    void release(Claim claim) {
        claims.remove(claim);
        claim.close();
    }

    @Override
    public void close() {
        end.countDown();
    }
}
