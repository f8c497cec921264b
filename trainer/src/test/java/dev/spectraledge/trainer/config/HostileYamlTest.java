package dev.spectraledge.trainer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents that are small as text and large, or endless, as values. */
class HostileYamlTest {
    @TempDir
    private Path folder;

    @Test
    void brackets() throws IOException {
        assertRefused("a: " + "[".repeat(20_000), "more than 100 levels of brackets or indentation");
        assertRefused("a: " + "{b: ".repeat(20_000), "more than 100 levels of brackets or indentation");
        assertRefused("- ".repeat(20_000), "more than 100 levels of brackets or indentation");
        assertThatThrownBy(() -> new ConfigResolver()
                        .override("threads=" + "[".repeat(20_000))
                        .resolve())
                .isInstanceOf(UsageException.class);
    }

    @Test
    void aliasesThatDouble() throws IOException {
        StringBuilder text = new StringBuilder("a0: &a0 [x, x]\n");
        for (int level = 1; level <= 40; level++) {
            text.append("a%d: &a%d [*a%d, *a%d]%n".formatted(level, level, level - 1, level - 1));
        }
        assertRefused(text.toString(), "aliases that repeat more than 1000000 characters");
        assertRefused("a: &a [*a]\n", "'*a' stands for nothing that is complete before it");
        assertRefused("a: &a 1\nb: &a [*a]\n", "'*a' stands for nothing that is complete before it");
    }

    @Test
    void aliasesOfSmallThingsAreFine() throws IOException {
        Path file = write("a: &a [1, 2]\nb: &b {c: *a}\nd: [*a, *b]\n");
        assertThat(Yaml.readMapping(file).get("d").toString()).isEqualTo("[[1, 2], {c=[1, 2]}]");
    }

    @Test
    void longValuesAndOddKeys() throws IOException {
        assertRefused("a: " + "1".repeat(1_000_000), "a value of more than 10000 characters");
        assertRefused("? [a]\n: 1\n", "not valid YAML");
        assertRefused("a: \u0001\n", "not valid YAML");
    }

    @Test
    void elementsThatAreShortAsTextAndLongWithTheirDefaults() throws IOException {
        Path file = write("observers: [" + "{}, ".repeat(5_000) + "{}]");
        assertThatThrownBy(() -> new ConfigResolver().file(file).resolve())
                .isInstanceOf(UsageException.class)
                .hasMessage(file + ": observers has 5001 elements; at most 100 are possible");
    }

    @Test
    void whatIsNoTextInUtf8() throws IOException {
        Path file = folder.resolve("config.yaml");
        Files.write(file, "threads: 1".getBytes(StandardCharsets.UTF_16));
        assertThatThrownBy(() -> Yaml.readMapping(file))
                .isInstanceOf(RunException.class)
                .hasMessage("cannot read configuration " + file + ": it is not a text file in UTF-8");
    }

    @Test
    void valuesAreQuotedCutAndWithoutWhatATerminalObeys() throws IOException {
        Path file = write("threads: \"\\e[2J" + "x".repeat(9_000) + "\"\n");
        assertThatThrownBy(() -> new ConfigResolver().file(file).resolve())
                .isInstanceOf(UsageException.class)
                .hasMessage(file + ": threads cannot be '\\u001b[2J" + "x".repeat(190)
                        + "…'; it must be a whole number of at least 0 and at most 4096");
        assertThatThrownBy(() -> new ConfigResolver()
                        .flags(Map.of("x".repeat(5_000), "1"))
                        .resolve())
                .satisfies(
                        error -> assertThat(error.getMessage()).contains("x…'").hasSizeLessThan(1_000));
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("config.yaml"), text);
    }

    private void assertRefused(String text, String message) throws IOException {
        Path file = write(text);
        assertThatThrownBy(() -> Yaml.readMapping(file))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith(file + ": not valid YAML")
                .hasMessageContaining(message)
                .satisfies(error ->
                        assertThat(error.getMessage()).hasSizeLessThan(400).doesNotContain("\n"));
    }
}
