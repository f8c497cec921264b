package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WindowNameTest {
    @Test
    void namesAreSpelledOutWithinOtherText() {
        assertThat(WindowName.spelled("v1/W=5/stride=100")).isEqualTo("v1/W = 5, every 100 steps");
        assertThat(WindowName.spelled("W=10/stride=1, a")).isEqualTo("W = 10, every step, a");
        assertThat(WindowName.spelled("run")).isEqualTo("run");
    }

    /** W + 1 snapshots that are a stride apart bound the first W updates; one stride later the first of them has left. */
    @Test
    void theFirstUpdateHasLeftAfterOneMoreThanTheWidth() {
        assertThat(WindowName.firstWithoutFirstUpdate("W=10/stride=100")).hasValue(1100);
        assertThat(WindowName.firstWithoutFirstUpdate("W=10")).isEmpty();
    }
}
