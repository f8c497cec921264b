package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import org.junit.jupiter.api.Test;

class AggregateTest {
    private static final double[] SEEDS = {4, 1, 7};

    @Test
    void seedsBecomeWhatIsCompared() {
        assertThat(Aggregate.parse("each").of(SEEDS)).containsExactly(SEEDS);
        assertThat(Aggregate.parse("mean").of(SEEDS)).containsExactly(4);
        assertThat(Aggregate.parse("median").of(SEEDS)).containsExactly(4);
        assertThat(Aggregate.parse("sd").of(SEEDS)).containsExactly(Math.sqrt(6));
        assertThatThrownBy(() -> Aggregate.parse("mode"))
                .isInstanceOf(RunException.class)
                .hasMessage("an aggregate is each, mean, sd or median, not 'mode'");
    }
}
