package dev.spectraledge.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScratchTest {
    @Test
    void aThreadGetsItsBlockBackAndItGrows() {
        Scratch first = Scratch.borrow(1000);
        long address = first.address();
        first.close();
        Scratch again = Scratch.borrow(500);
        assertThat(again).isSameAs(first);
        assertThat(again.address()).isEqualTo(address);
        again.close();
        Scratch larger = Scratch.borrow(1L << 20);
        assertThat(larger).isSameAs(first);
        RawMemory.writeDouble(larger.address() + (1L << 20) - Double.BYTES, 1);
        larger.close();
    }

    @Test
    void twoCallsAtOnceHaveDifferentBlocks() {
        Scratch outer = Scratch.borrow(64);
        Scratch inner = Scratch.borrow(64);
        assertThat(inner.address()).isNotEqualTo(outer.address());
        inner.close();
        outer.close();
    }
}
