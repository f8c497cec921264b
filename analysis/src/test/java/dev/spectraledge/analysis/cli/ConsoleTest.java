package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConsoleTest {
    private static final String LINE = "device auto: cpu (no NVIDIA driver: libcuda.so.1 is neither known to the"
            + " system loader nor in"
            + " /usr/lib/x86_64-linux-gnu/nvidia/current/a/folder/with/a/very/long/name/indeed/libcuda.so.1)";

    @Test
    void talkThatIsNotForATerminalIsOneLine() {
        assertThat(said(Integer.MAX_VALUE)).containsExactly("sedge: " + LINE);
    }

    @Test
    void talkIsBrokenBetweenWordsForATerminal() {
        assertThat(said(80))
                .containsExactly(
                        "sedge: device auto: cpu (no NVIDIA driver: libcuda.so.1 is neither known to the",
                        "  system loader nor in",
                        "  /usr/lib/x86_64-linux-gnu/nvidia/current/a/folder/with/a/very/long/name/indeed/libcuda.so.1)");
    }

    @Test
    void whatANameMeansStandsBesideIt() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Console console = new Console(out, OutputStream.nullOutputStream(), 60, 60);
        console.define("weight-decay-intervention", 25, "What becomes of a grokked representation?");
        console.define("rounding", 25, "What does rounding do?");
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "weight-decay-intervention What becomes of a grokked",
                        "                          representation?",
                        "rounding                  What does rounding do?");
    }

    @Test
    void aRowIsCutForATerminalAlone() {
        String row = "run  state  " + "reason ".repeat(20);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new Console(out, OutputStream.nullOutputStream(), 80, 80).row(row);
        new Console(out, OutputStream.nullOutputStream()).row(row);
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).containsExactly(row.substring(0, 79) + "…", row);
    }

    @Test
    void aTerminalGetsNothingThatItObeys() {
        String name = "a\u001b[2J\u0007\u009b31m\u0080\u009f\u007f\r\u00a0é ©\t😀";
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console terminal = new Console(out, err, 80, 80);
        terminal.out().println(name);
        terminal.err().println(name);
        String printable = "a\\u001b[2J\\u0007\\u009b31m\\u0080\\u009f\\u007f\\u000d\u00a0é ©\t😀\n";
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(printable);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo(printable);

        // A program gets what it asked for.
        ByteArrayOutputStream pipe = new ByteArrayOutputStream();
        new Console(pipe, OutputStream.nullOutputStream()).out().println(name);
        assertThat(pipe.toString(StandardCharsets.UTF_8)).isEqualTo(name + "\n");
    }

    private static List<String> said(int columns) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        new Console(OutputStream.nullOutputStream(), err, columns, columns).say(LINE);
        return err.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
