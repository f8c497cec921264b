package dev.spectraledge.trainer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonTest {
    @TempDir
    Path folder;

    @Test
    void keepsOrderAndTypes() {
        Map<String, Object> value = new LinkedHashMap<>();
        value.put("z", 1L);
        value.put("a", 0.1);
        value.put("text", "a\"b\n");
        value.put("none", null);
        value.put("flag", true);
        value.put("list", Arrays.asList(1L, null, List.of(2.5)));
        value.put("group", Map.of("x", 1L));
        Path file = folder.resolve("a.json");
        Json.write(file, value);
        assertThat(Json.readObject(file)).isEqualTo(value).containsOnlyKeys(value.keySet());
        assertThat(Json.readObject(file).keySet()).containsExactlyElementsOf(value.keySet());
        assertThat(Json.compact(value))
                .isEqualTo("{\"z\":1,\"a\":0.1,\"text\":\"a\\\"b\\n\",\"none\":null,\"flag\":true,"
                        + "\"list\":[1,null,[2.5]],\"group\":{\"x\":1}}");
    }

    @Test
    void writesWhatJsonLacksAsNull() {
        assertThat(Json.compact(List.of(Double.NaN, Float.POSITIVE_INFINITY, 1)))
                .isEqualTo("[null,null,1]");
        assertThat(Json.compact(Path.of("a/b"))).isEqualTo("\"a/b\"");
        assertThatThrownBy(() -> Json.compact(new Object())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void givesOneLinePerFault() throws IOException {
        Path missing = folder.resolve("none.json");
        assertThatThrownBy(() -> Json.readObject(missing))
                .isInstanceOf(RunException.class)
                .hasMessage("cannot read " + missing + ": no such file or directory");
        for (String broken : List.of("[1]", "", "{\"a\":1,}", "{\"a\":1} x", "{\"a\":1,\"a\":2}", "{\"a\":1e999x}")) {
            Path file = Files.writeString(folder.resolve("broken.json"), broken);
            assertThatThrownBy(() -> Json.readObject(file))
                    .as(broken)
                    .isInstanceOf(RunException.class)
                    .hasMessageStartingWith(file + ": ")
                    .satisfies(error -> assertThat(error.getMessage()).doesNotContain("\n"));
        }
    }

    @Test
    void refusesWhatIsDeepOrTooLargeOrInAnotherEncoding() throws IOException {
        for (String hostile : List.of(
                "{\"a\":" + "[".repeat(20_000),
                "{\"a\":".repeat(20_000),
                "{\"a\":1e999}",
                "{\"a\":" + "9".repeat(100_000) + "}",
                "\uFEFF{}",
                "{\"" + "n".repeat(10_000) + "\":1,\"" + "n".repeat(10_000) + "\":2}")) {
            Path file = Files.writeString(folder.resolve("hostile.json"), hostile);
            assertThatThrownBy(() -> Json.readObject(file))
                    .isInstanceOf(RunException.class)
                    .hasMessageStartingWith(file + ": ")
                    .satisfies(error ->
                            assertThat(error.getMessage()).hasSizeLessThan(400).doesNotContain("\n"));
        }
        Path file = Files.write(folder.resolve("hostile.json"), "{}".getBytes(StandardCharsets.UTF_16));
        assertThatThrownBy(() -> Json.readObject(file))
                .isInstanceOf(RunException.class)
                .hasMessage("cannot read " + file + ": it is not a text file in UTF-8");
    }

    /** JSON itself has control characters beyond ASCII as they are, and a terminal obeys some of them. */
    @Test
    void whatATerminalObeysIsEscaped() {
        String name = "a\u001b[2J\u007f\u009b2J\u0085\u202e é 😀";
        Map<String, Object> document = Map.of(name, name);
        String escaped = "\"a\\u001b[2J\\u007f\\u009b2J\\u0085\\u202e é 😀\"";
        assertThat(Json.compact(document)).isEqualToIgnoringCase("{" + escaped + ":" + escaped + "}");
        assertThat(Json.parseObject(Json.pretty(document), "text")).isEqualTo(document);
    }
}
