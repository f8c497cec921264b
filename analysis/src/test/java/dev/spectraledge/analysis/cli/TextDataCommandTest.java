package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextDataCommandTest {
    @TempDir
    private Path temporary;

    private Path text;
    private Path out;

    @BeforeEach
    void write() throws IOException {
        text = Files.writeString(temporary.resolve("a.txt"), "What hath night to do with sleep? ".repeat(60));
        out = temporary.resolve("corpus");
    }

    @Test
    void aVocabularyIsLearned() {
        CommandLineRunner.Outcome outcome =
                sedge("data", "text", text, "--tokenizer", "bpe", "--vocabulary", "270", "--out", out);
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).isEqualTo(out + "\n");
        Map<?, ?> tokenizer =
                (Map<?, ?>) Json.readObject(out.resolve("corpus.json")).get("tokenizer");
        assertThat(tokenizer.get("vocabulary")).isEqualTo(270L);
        assertThat(out.resolve("tokenizer.json")).exists();
        CommandLineRunner.Outcome again = sedge(
                "data",
                "text",
                text,
                "--tokenizer",
                out.resolve("tokenizer.json"),
                "--out",
                temporary.resolve("again"));
        assertThat(again.exitCode()).as(again.err()).isZero();
        assertThat(temporary.resolve("again/train.bin")).hasSameBinaryContentAs(out.resolve("train.bin"));
    }

    @Test
    void aWrongRequestIsOneLine() throws IOException {
        Path tokens = Files.write(temporary.resolve("a.bin"), new byte[4]);
        refused(
                2,
                "the tokenizer cannot be 'gpt3'; it is bytes, bpe, gpt2 or the path of a tokenizer.json",
                text,
                "--tokenizer",
                "gpt3");
        refused(
                2,
                "--vocabulary is for --tokenizer bpe; the vocabulary of bytes has a fixed size",
                text,
                "--vocabulary",
                "300");
        refused(
                2,
                "a vocabulary is learned of 257 to 1000000 tokens, not 200",
                text,
                "--tokenizer",
                "bpe",
                "--vocabulary",
                "200");
        refused(2, "--validation must be above 0 and at most 0.5, not 0.0", text, "--validation", "0");
        refused(
                2,
                "--tokenizer bpe learns from texts, and " + tokens + " holds tokens: of which tokenizer?",
                tokens,
                "--tokenizer",
                "bpe");
        refused(
                1,
                "cannot read " + temporary.resolve("none") + ": no such file or directory",
                temporary.resolve("none"));
    }

    private void refused(int exitCode, String message, Object... arguments) {
        Object[] command = new Object[arguments.length + 4];
        command[0] = "data";
        command[1] = "text";
        System.arraycopy(arguments, 0, command, 2, arguments.length);
        command[command.length - 2] = "--out";
        command[command.length - 1] = out;
        CommandLineRunner.Outcome outcome = sedge(command);
        assertThat(outcome.exitCode()).isEqualTo(exitCode);
        assertThat(outcome.err()).isEqualTo("sedge: " + message + "\n");
        assertThat(out).doesNotExist();
    }
}
