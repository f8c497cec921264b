package dev.spectraledge.trainer.warning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class DetectorRulesTest {
    @Test
    void runsThatAskWhenTheyGrokHaveTheLiveOnes() {
        assertThat(DetectorRules.of("auto", true))
                .extracting(DetectorRule::name)
                .contains("g23");
        assertThat(DetectorRules.of("auto", true)).allMatch(DetectorRule::live);
        assertThat(DetectorRules.of("auto", false)).isEmpty();
        assertThat(DetectorRules.of("none", true)).isEmpty();
    }

    @Test
    void othersAreChosenByName() {
        assertThat(DetectorRules.of("train_loss, g23,g23", false))
                .extracting(DetectorRule::name)
                .containsExactly("train_loss", "g23");
    }

    @Test
    void anUnknownNameGetsTheNearestOne() {
        assertThatThrownBy(() -> DetectorRules.of("gap_ration", true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "no detector is called 'gap_ration'; did you mean 'gap_ratio'?; there are g23, gap_ratio, ");
    }

    @Test
    void eachHasANameOfItsOwnAndWordsForItsRule() {
        List<DetectorRule> all = DetectorRules.all();
        assertThat(new HashSet<>(all.stream().map(DetectorRule::name).toList())).hasSameSizeAs(all);
        assertThat(all).allSatisfy(rule -> assertThat(rule.about()).isNotBlank());
        assertThat(all).extracting(DetectorRule::kind).containsOnly("spectral", "plain", "held-out");
        assertThat(DetectorRules.file().hash()).matches("[0-9a-f]{64}");
    }
}
