package dev.spectraledge.analysis.experiment.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.HiddenStates;
import org.junit.jupiter.api.Test;

class InputIdentityTest {
    @Test
    void rowsWithTheSamePrefixAreOneInput() {
        int[] sequences = {0, 0, 0, 1, 1, 2, 2, 2};
        int[] tokens = {0, 1, 0, 0, 1, 0, 0, 1};
        HiddenStates states = new HiddenStates("x", sequences, tokens, tokens, tokens, new double[8][1]);
        assertThat(InputIdentity.ofPrefixes(states)).containsExactly(0, 1, 2, 0, 1, 0, 3, 4);
        assertThat(InputIdentity.distinct(states)).doesNotHaveDuplicates();
    }
}
