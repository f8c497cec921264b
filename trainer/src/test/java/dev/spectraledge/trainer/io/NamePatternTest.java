package dev.spectraledge.trainer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamePatternTest {
    private static final String NAME = "encoder.layers.0.self_attn.in_proj_weight";

    @ParameterizedTest
    @CsvSource({
        "attn, true",
        "^attn, false",
        "weight$, true",
        "layers\\.[0-3]\\., true",
        "layers\\.[^0]\\., false",
        "(self|cross)_attn.*weight, true",
        "mlp|^encoder, true",
        "layers\\.\\d+.*bias, false",
        "_?proj, true"
    })
    void isFoundAnywhere(String pattern, boolean found) {
        assertThat(NamePattern.of(pattern).isFoundIn(NAME)).isEqualTo(found);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "(", ")", "a||b", "(|a)", "(a+)+", "(a|b)*", "^*", "a**", "[z-a]", "[", "\\", "\\1", "(?=a)",
                "(?i)a", "a{2}", "\\Qa\\E", "a b", "ä", "a|", "*"
            })
    void whatIsNoneIsRefused(String pattern) {
        assertThatThrownBy(() -> NamePattern.of(pattern))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("'" + pattern + "' is not a regular expression of letters");
    }

    @Test
    void longOnesAreRefused() {
        assertThat(NamePattern.of("a".repeat(100)).isFoundIn(NAME)).isFalse();
        assertThatThrownBy(() -> NamePattern.of("a".repeat(101))).hasMessageContaining("at most 100 characters");
    }

    /** Without a bound these would take the age of the universe. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                ".*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*Z",
                ".?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?.?Z"
            })
    void aSearchThatTakesTooLongIsRefused(String pattern) {
        assertThatThrownBy(() -> NamePattern.of(pattern).isFoundIn(NAME))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("repeats too much");
    }

    @Test
    void aNameOfAStrangersFileIsPrintedWithoutItsControlCharacters() {
        NamePattern slow = NamePattern.of(".*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*.*Z");
        assertThatThrownBy(() -> slow.isFoundIn(NAME + "\u001b[2J"))
                .hasMessageContaining("it was not found in " + NAME)
                .hasMessageNotContaining("\u001b");
    }
}
