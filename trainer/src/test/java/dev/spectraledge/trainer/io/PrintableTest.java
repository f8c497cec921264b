package dev.spectraledge.trainer.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrintableTest {
    @Test
    void whatATerminalObeysIsWrittenOut() {
        assertThat(Printable.value("\u001b[2Jü→\u009b\u202e\u2028\ud800"))
                .isEqualTo("\\u001b[2Jü→\\u009b\\u202e\\u2028\\ud800");
        assertThat(Printable.value("two\nlines")).isEqualTo("two\\u000alines");
        assertThat(Printable.value(null)).isEqualTo("null");
        assertThat(Printable.value(Map.of("key", List.of(1, "\u0007")))).isEqualTo("{key=[1, \\u0007]}");
    }

    @Test
    void valuesAreCut() {
        assertThat(Printable.value("x".repeat(200))).hasSize(200).endsWith("x");
        assertThat(Printable.value("x".repeat(201))).hasSize(200).endsWith("x…");
        assertThat(Printable.value("\u001b".repeat(1 << 20))).hasSize(200);
        assertThat(Printable.value("😀".repeat(200))).isEqualTo("😀".repeat(99) + "…");
    }

    @Test
    void whatIsSharedIsNotExpanded() {
        List<Object> doubled = List.of("x", "x");
        for (int level = 0; level < 100; level++) {
            doubled = List.of(doubled, doubled);
        }
        assertThat(Printable.value(doubled)).hasSize(200).startsWith("[[[[");
        List<Object> itself = new ArrayList<>();
        itself.add(List.of(itself));
        assertThat(Printable.value(itself)).hasSize(200);
    }

    @Test
    void everyMessageOfTheProgramIsOneLine() {
        String hostile = "a \u001b]0;title\u0007 name\r\n   goes on ";
        String line = "a \\u001b]0;title\\u0007 name goes on";
        assertThat(new RunException(hostile)).hasMessage(line);
        assertThat(new RunException(hostile, new IllegalStateException())).hasMessage(line);
        assertThat(new UsageException(hostile)).hasMessage(line);
        assertThat(new UsageException(hostile, new IllegalStateException())).hasMessage(line);
    }
}
