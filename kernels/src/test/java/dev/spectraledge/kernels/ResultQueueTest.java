package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.cpu.CpuBackend;
import org.junit.jupiter.api.Test;

class ResultQueueTest {
    private static final int CAPACITY = 6;

    private final Backend backend = new CpuBackend();

    @Test
    void resultsComeInOrderWhileOthersArePublished() {
        try (MemoryOwner owner = MemoryOwner.open("queue")) {
            ResultQueue queue = new ResultQueue(backend, owner, CAPACITY, 2);
            long published = 0;
            long read = 0;
            for (int stretch : new int[] {3, 3, 1, 2, 3, 3}) {
                for (int i = 0; i < stretch; i++) {
                    backend.fill(queue.written(), (double) published++);
                    queue.publish();
                }
                queue.fetch(published);
                for (; read < published - stretch; read++) {
                    assertThat(queue.entry(read).get(1)).isEqualTo((double) read);
                }
            }
            assertThat(queue.entry(published - 1).get(0)).isEqualTo((double) (published - 1));
            long first = read - 4;
            assertThatThrownBy(() -> queue.entry(first))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("result " + first);
        }
    }

    @Test
    void moreThanItHoldsIsRefused() {
        try (MemoryOwner owner = MemoryOwner.open("queue")) {
            ResultQueue queue = new ResultQueue(backend, owner, CAPACITY, 1);
            assertThatThrownBy(() -> queue.fetch(CAPACITY + 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("queue of 6 results");
        }
    }
}
