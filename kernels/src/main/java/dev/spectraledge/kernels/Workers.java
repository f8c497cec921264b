package dev.spectraledge.kernels;

import dev.spectraledge.bindings.JvmOptions;
import java.util.concurrent.locks.LockSupport;

/**
 * A fixed team of platform threads that all run the same task and meet at its end. The calling thread is worker 0. A
 * meeting spins before it parks, because the pieces of a training step are microseconds long; it allocates nothing.
 */
public final class Workers implements AutoCloseable {
    /** One piece of work per worker; instances are made once and kept. */
    @FunctionalInterface
    public interface Task {
        void run(int worker);
    }

    /** About 0.1 ms: longer than the meetings of a step last, shorter than what a busy neighbour would lose by it. */
    private static final int SPINS_BEFORE_PARKING = 2_000;

    private final Thread[] threads;
    private final Member[] members;
    private volatile Task task;
    private volatile long generation;
    private volatile boolean closed;

    /**
     * Starts a team.
     *
     * @param count workers, the calling thread included
     * @throws dev.spectraledge.bindings.MissingJvmOptionException if Java was started without what their work needs
     */
    public Workers(int count) {
        JvmOptions.require();
        if (count < 1) {
            throw new IllegalArgumentException("needs at least one worker, got " + count);
        }
        threads = new Thread[count];
        members = new Member[count];
        for (int worker = 1; worker < count; worker++) {
            members[worker] = new Member(worker);
            threads[worker] =
                    Thread.ofPlatform().name("worker-" + worker).daemon().unstarted(members[worker]);
        }
        for (int worker = 1; worker < count; worker++) {
            threads[worker].start();
        }
    }

    public int count() {
        return threads.length;
    }

    /** Runs {@code work} on every worker and returns when all have finished; the first failure is thrown here. */
    public void run(Task work) {
        if (closed) {
            throw new IllegalStateException("workers are closed");
        }
        task = work;
        long current = generation + 1;
        generation = current;
        for (int worker = 1; worker < threads.length; worker++) {
            if (members[worker].parked) {
                LockSupport.unpark(threads[worker]);
            }
        }
        Throwable failure = null;
        try {
            work.run(0);
        } catch (RuntimeException | Error error) {
            failure = error;
        }
        for (int worker = 1; worker < threads.length; worker++) {
            Member member = members[worker];
            for (int spins = 0; member.finished != current; spins++) {
                if (spins < SPINS_BEFORE_PARKING) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.parkNanos(this, 1_000);
                }
            }
            if (failure == null) {
                failure = member.failure;
            }
            member.failure = null;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        if (failure instanceof Error error) {
            throw error;
        }
    }

    /**
     * The part of each worker of a tensor's rows.
     *
     * @param rows {@code [S, n]}
     * @return {@code [S, part of n]} by worker
     */
    public Tensor[] slices(Tensor rows) {
        Tensor[] slices = new Tensor[count()];
        for (int worker = 0; worker < slices.length; worker++) {
            slices[worker] = rows.slice(1, partBegin(rows.size(1), worker), partBegin(rows.size(1), worker + 1));
        }
        return slices;
    }

    /** First element of the part of {@code total} elements that {@code worker} has, in multiples of a cache line. */
    public long partBegin(long total, int worker) {
        if (worker >= threads.length) {
            return total;
        }
        long lines = (total + 15) / 16;
        return Math.min(total, lines * worker / threads.length * 16);
    }

    @Override
    public void close() {
        closed = true;
        for (int worker = 1; worker < threads.length; worker++) {
            LockSupport.unpark(threads[worker]);
        }
        for (int worker = 1; worker < threads.length; worker++) {
            try {
                threads[worker].join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private final class Member implements Runnable {
        private final int worker;
        private volatile long finished;
        private volatile boolean parked;
        private Throwable failure;

        Member(int worker) {
            this.worker = worker;
        }

        @Override
        public void run() {
            long seen = 0;
            while (true) {
                int spins = 0;
                while (generation == seen && !closed) {
                    if (++spins < SPINS_BEFORE_PARKING) {
                        Thread.onSpinWait();
                    } else {
                        parked = true;
                        if (generation == seen && !closed) {
                            LockSupport.park(this);
                        }
                        parked = false;
                    }
                }
                if (closed) {
                    return;
                }
                seen = generation;
                try {
                    task.run(worker);
                } catch (RuntimeException | Error error) {
                    failure = error;
                }
                finished = seen;
            }
        }
    }
}
