package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkersTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void everyWorkerRunsOnceAtEveryMeeting(int count) {
        int meetings = 100;
        AtomicIntegerArray runs = new AtomicIntegerArray(count);
        try (Workers workers = new Workers(count)) {
            assertThat(workers.count()).isEqualTo(count);
            for (int meeting = 1; meeting <= meetings; meeting++) {
                workers.run(runs::incrementAndGet);
                for (int worker = 0; worker < count; worker++) {
                    assertThat(runs.get(worker)).isEqualTo(meeting);
                }
            }
        }
    }

    @Test
    void theCallerIsWorkerZeroAndTheOthersAreThreadsOfTheirOwn() {
        Thread[] threads = new Thread[3];
        try (Workers workers = new Workers(3)) {
            workers.run(worker -> threads[worker] = Thread.currentThread());
        }

        assertThat(threads[0]).isSameAs(Thread.currentThread());
        assertThat(threads).doesNotHaveDuplicates();
    }

    @Test
    void plainWritesBeforeAndAfterAMeetingAreSeen() {
        int[] values = new int[4];
        int[] copies = new int[4];
        try (Workers workers = new Workers(4)) {
            for (int round = 1; round <= 50; round++) {
                for (int i = 0; i < 4; i++) {
                    values[i] = round * (i + 1);
                }
                // Every worker reads what the caller wrote, and at the next meeting what its neighbour wrote.
                workers.run(worker -> copies[worker] = values[worker]);
                workers.run(worker -> values[worker] = copies[(worker + 1) % 4]);
                for (int i = 0; i < 4; i++) {
                    assertThat(values[i]).isEqualTo(round * ((i + 1) % 4 + 1));
                }
            }
        }
    }

    @Test
    void workersWakeUpAfterTheyHaveParked() {
        AtomicIntegerArray runs = new AtomicIntegerArray(2);
        Thread[] threads = new Thread[2];
        try (Workers workers = new Workers(2)) {
            workers.run(worker -> threads[worker] = Thread.currentThread());
            for (int round = 1; round <= 3; round++) {
                while (threads[1].getState() != Thread.State.WAITING) {
                    Thread.onSpinWait();
                }
                workers.run(runs::incrementAndGet);
                assertThat(runs.get(1)).isEqualTo(round);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void theFailureOfAnyWorkerIsThrownAfterAllHaveFinished(int failing) {
        AtomicIntegerArray finished = new AtomicIntegerArray(3);
        try (Workers workers = new Workers(3)) {
            assertThatThrownBy(() -> workers.run(worker -> {
                        if (worker == failing) {
                            throw new IllegalArgumentException("worker " + worker + " failed");
                        }
                        finished.incrementAndGet(worker);
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("worker " + failing + " failed");
            for (int worker = 0; worker < 3; worker++) {
                assertThat(finished.get(worker)).isEqualTo(worker == failing ? 0 : 1);
            }

            // The team still works, and the failure is forgotten.
            workers.run(finished::incrementAndGet);
            assertThat(finished.get(failing)).isEqualTo(1);
        }
    }

    @Test
    void errorsAreThrownToo() {
        try (Workers workers = new Workers(2)) {
            assertThatThrownBy(() -> workers.run(worker -> {
                        if (worker == 1) {
                            throw new AssertionError("broken");
                        }
                    }))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("broken");
        }
    }

    @Test
    void meetingsAllocateNothing() {
        long[] allocated = new long[2];
        Workers.Task measure = worker -> allocated[worker] = THREADS.getCurrentThreadAllocatedBytes();
        Workers.Task work = worker -> {
            if (worker < 0) {
                throw new IllegalStateException();
            }
        };
        try (Workers workers = new Workers(2)) {
            long[] before = new long[2];
            for (int round = 0; round < 2; round++) {
                // The first round warms up.
                workers.run(measure);
                System.arraycopy(allocated, 0, before, 0, 2);
                for (int meeting = 0; meeting < 500; meeting++) {
                    workers.run(work);
                }
                workers.run(measure);
            }
            assertThat(allocated).isEqualTo(before);
        }
    }

    @Test
    void closedWorkersRefuseToRunAndTheirThreadsEnd() {
        Thread[] threads = new Thread[3];
        Workers workers = new Workers(3);
        workers.run(worker -> threads[worker] = Thread.currentThread());
        workers.close();

        assertThat(threads[1].isAlive()).isFalse();
        assertThat(threads[2].isAlive()).isFalse();
        assertThatThrownBy(() -> workers.run(worker -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("workers are closed");
        workers.close();
    }

    @Test
    void aTeamNeedsAWorker() {
        assertThatThrownBy(() -> new Workers(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("needs at least one worker, got 0");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 15, 16, 17, 100, 131_072, 273_421})
    void partsCoverTheWholeInCacheLines(long total) {
        try (Workers workers = new Workers(3)) {
            assertThat(workers.partBegin(total, 0)).isZero();
            assertThat(workers.partBegin(total, 3)).isEqualTo(total);
            for (int worker = 0; worker < 3; worker++) {
                long begin = workers.partBegin(total, worker);
                long end = workers.partBegin(total, worker + 1);
                assertThat(end).isGreaterThanOrEqualTo(begin);
                assertThat(begin == total || begin % 16 == 0).isTrue();
                // No part exceeds another by more than a line.
                assertThat(end - begin).isLessThanOrEqualTo((total + 15) / 16 / 3 * 16 + 16);
            }
        }
    }
}
