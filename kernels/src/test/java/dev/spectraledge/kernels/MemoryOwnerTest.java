package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
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
}
