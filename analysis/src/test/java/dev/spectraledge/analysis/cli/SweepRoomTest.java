package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.UsageException;
import org.junit.jupiter.api.Test;

class SweepRoomTest {
    private static final double[] NEEDS = {1e9, 4e9, 2e9};

    @Test
    void theLargestThatTrainAtOnceHaveRoomTogether() {
        assertThatCode(() -> SweepRoom.requireAtOnce(NEEDS, 2, 6e9)).doesNotThrowAnyException();
        assertThatCode(() -> SweepRoom.requireAtOnce(NEEDS, 64, 7e9)).doesNotThrowAnyException();
    }

    @Test
    void whatDoesNotFitTogetherNamesHowManyWould() {
        assertThatThrownBy(() -> SweepRoom.requireAtOnce(NEEDS, 3, 6.5e9))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("the 3 largest runs at once need at least ")
                .hasMessageEndingWith("enough for --parallel 2");
    }
}
