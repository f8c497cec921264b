package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryOwnerTest {
    @Test
    void allocationsAreZeroedAlignedAndCounted() {
        try (MemoryOwner owner = MemoryOwner.open("model")) {
            MemorySegment first = owner.allocate(3);
            MemorySegment second = owner.allocate(100);

            assertThat(first.byteSize()).isEqualTo(3);
            assertThat(second.address() % MemoryOwner.ALIGNMENT).isZero();
            assertThat(second.mismatch(MemorySegment.ofArray(new byte[100]))).isEqualTo(-1);
            assertThat(owner.allocatedBytes()).isEqualTo(103);
            assertThat(owner.name()).isEqualTo("model");
        }
    }

    @Test
    void openOwnersAreListedUntilTheyClose() {
        MemoryOwner owner = MemoryOwner.open("listed");
        assertThat(MemoryOwner.live()).contains("listed");
        assertThat(owner.isOpen()).isTrue();

        owner.close();
        assertThat(MemoryOwner.live()).doesNotContain("listed");
        assertThat(owner.isOpen()).isFalse();
    }

    @Test
    void closingTwiceDoesNothing() {
        MemoryOwner owner = MemoryOwner.open("closed twice");
        owner.close();
        owner.close();

        assertThat(owner.isOpen()).isFalse();
    }

    @Test
    void aClosedOwnerGivesNoMemory() {
        MemoryOwner owner = MemoryOwner.open("closed");
        owner.close();

        assertThatThrownBy(() -> owner.allocate(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("memory owner 'closed' is closed");
        assertThat(owner.allocatedBytes()).isZero();
    }

    @Test
    void actionsRunInReverseOrderWhileTheMemoryIsStillThere() {
        List<String> events = new ArrayList<>();
        MemoryOwner owner = MemoryOwner.open("with actions");
        MemorySegment memory = owner.allocate(1);
        owner.onClose(() -> events.add("first, memory alive: " + memory.scope().isAlive()));
        owner.onClose(() -> events.add("second"));
        owner.close();
        owner.close();

        assertThat(events).containsExactly("second", "first, memory alive: true");
        assertThatThrownBy(() -> owner.onClose(() -> {})).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aFailingActionKeepsNothingFromBeingFreed() {
        List<String> events = new ArrayList<>();
        MemoryOwner owner = MemoryOwner.open("with a failing action");
        owner.onClose(() -> events.add("run"));
        owner.onClose(() -> {
            throw new IllegalStateException("cannot free");
        });

        assertThatThrownBy(owner::close).hasMessage("cannot free");
        assertThat(events).containsExactly("run");
        assertThat(owner.isOpen()).isFalse();
    }
}
