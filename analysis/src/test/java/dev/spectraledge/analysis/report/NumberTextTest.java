package dev.spectraledge.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberTextTest {
    @ParameterizedTest
    @CsvSource({
        "5.6537, 5.65",
        "0.0530, 0.0530",
        "412.34, 412",
        "9.996, 10.0",
        "-0.5, −0.500",
        "0, 0",
        "NaN, –",
        "0.00029, 2.90·10⁻⁴",
        "1234567, 1.23·10⁶",
        "Infinity, ∞",
        "99999, 100000"
    })
    void significant(double value, String text) {
        assertThat(NumberText.significant(value, 3)).isEqualTo(text);
    }

    @Test
    void groupedFromFiveDigitsOn() {
        assertThat(NumberText.grouped(3600)).isEqualTo("3600");
        assertThat(NumberText.grouped(273_421)).isEqualTo("273\u2009421");
        assertThat(NumberText.grouped(-1_000_000)).isEqualTo("−1\u2009000\u2009000");
    }

    @Test
    void settingAsTyped() {
        assertThat(NumberText.setting(0.001)).isEqualTo("0.001");
        assertThat(NumberText.setting(1.0)).isEqualTo("1");
        assertThat(NumberText.setting(1e-8)).isEqualTo("0.00000001");
    }

    @Test
    void duration() {
        assertThat(NumberText.duration(14.23)).isEqualTo("14.2 s");
        assertThat(NumberText.duration(200)).isEqualTo("3 min 20 s");
        assertThat(NumberText.duration(7500)).isEqualTo("2 h 05 min");
    }
}
