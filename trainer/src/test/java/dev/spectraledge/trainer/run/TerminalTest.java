package dev.spectraledge.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TerminalTest {
    @Test
    void respectsTheEnvironment() {
        assertThat(Terminal.of(Map.of(), true)).isEqualTo(new Terminal(true, true, 80));
        assertThat(Terminal.of(Map.of("NO_COLOR", "1"), true)).isEqualTo(new Terminal(true, false, 80));
        assertThat(Terminal.of(Map.of("NO_COLOR", ""), true)).isEqualTo(new Terminal(true, true, 80));
        assertThat(Terminal.of(Map.of("TERM", "dumb"), true)).isEqualTo(new Terminal(false, false, 80));
        assertThat(Terminal.of(Map.of("CI", "true"), true)).isEqualTo(new Terminal(false, false, 80));
        assertThat(Terminal.of(Map.of("COLUMNS", "120"), true)).isEqualTo(new Terminal(true, true, 120));
        assertThat(Terminal.of(Map.of("COLUMNS", "x"), false)).isEqualTo(new Terminal(false, false, 80));
    }
}
