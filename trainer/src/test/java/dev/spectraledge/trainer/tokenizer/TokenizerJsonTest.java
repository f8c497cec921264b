package dev.spectraledge.trainer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenizerJsonTest {
    @TempDir
    Path folder;

    @Test
    void whatIsWrittenIsReadAgain() {
        BytePairTokenizer original = TokenizerJson.read(SampleText.learned());
        Path file = folder.resolve("tokenizer.json");
        TokenizerJson.write(file, original);
        BytePairTokenizer again = TokenizerJson.read(file);
        assertThat(again.sha256()).isEqualTo(original.sha256());
        assertThat(again.endOfText()).isEqualTo(original.endOfText()).isZero();
        assertThat(again.encoder().encode(SampleText.withoutSpecialToken())).isEqualTo(SampleText.tokensOfLearned());
    }

    @Test
    void bytesAreWrittenAndReadAgain() {
        Path file = folder.resolve("tokenizer.json");
        TokenizerJson.write(file, new ByteTokenizer());
        assertThat(TokenizerJson.readAny(file)).isInstanceOf(ByteTokenizer.class);
        TokenizerJson.write(file, TokenizerJson.read(SampleText.learned()));
        assertThat(TokenizerJson.readAny(file).sha256())
                .isEqualTo(TokenizerJson.read(SampleText.learned()).sha256());
    }

    @Test
    void olderFilesWriteAMergeAsOneText() throws IOException {
        String document = Files.readString(SampleText.learned());
        String older = document.replaceAll("(?s)\\[\\s+(\"[^\"]+)\",\\s+\"([^\"]+\")\\s+\\]", "$1 $2");
        assertThat(older).contains("\"Ġ t\"");
        Path file = Files.writeString(folder.resolve("older.json"), older);
        assertThat(TokenizerJson.read(file).sha256())
                .isEqualTo(TokenizerJson.read(SampleText.learned()).sha256());
    }

    @Test
    void wordsMayBeSpelledOut() throws IOException {
        String pattern = WordSplitter.PATTERN.replace("\\", "\\\\");
        String spelled = Files.readString(SampleText.learned())
                .replaceFirst(
                        "(?s)\"pre_tokenizer\": \\{.*?\\}",
                        java.util.regex.Matcher.quoteReplacement(
                                "\"pre_tokenizer\": {\"type\": \"Sequence\", \"pretokenizers\": [{\"type\": \"Split\","
                                        + " \"pattern\": {\"Regex\": \""
                                        + pattern
                                        + "\"}, \"behavior\": \"Isolated\", \"invert\": false}, {\"type\":"
                                        + " \"ByteLevel\", \"add_prefix_space\": false, \"trim_offsets\": true,"
                                        + " \"use_regex\": false}]}"));
        Path file = Files.writeString(folder.resolve("spelled.json"), spelled);
        assertThat(TokenizerJson.read(file).sha256())
                .isEqualTo(TokenizerJson.read(SampleText.learned()).sha256());
        Files.writeString(file, spelled.replace("{L}+|", "{Lu}+|"));
        refused(file, "it does not split texts into words as GPT-2 does (pre_tokenizer)");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"type\": \"BPE\"; \"type\": \"WordPiece\"; its model is WordPiece, not BPE",
                "\"type\": \"ByteLevel\"; \"type\": \"Whitespace\"; it does not split texts into words as GPT-2 does"
                        + " (pre_tokenizer)",
                "\"use_regex\": true; \"use_regex\": false; it does not split texts into words as GPT-2 does"
                        + " (pre_tokenizer)",
                "\"add_prefix_space\": false; \"add_prefix_space\": true; it puts a space before each text"
                        + " (add_prefix_space)",
                "\"normalizer\": null; \"normalizer\": {\"type\": \"NFC\"}; it changes texts before it encodes them"
                        + " (normalizer)",
                "\"ignore_merges\": false; \"ignore_merges\": true; its model has ignore_merges",
                "\"dropout\": null; \"dropout\": 0.1; its model has dropout 0.1",
                "\"~\": 94; \"~~\": 94; it has no token for the byte 126",
                "\"~\": 94; \"▁the\": 94; its token ▁the stands for no bytes",
            })
    void whatWouldEncodeOtherwiseIsRefused(String original, String changed, String reason) throws IOException {
        String document = Files.readString(SampleText.learned());
        assertThat(document).contains(original);
        Path file = Files.writeString(folder.resolve("other.json"), document.replace(original, changed));
        refused(file, file + ": is not byte-level BPE as of GPT-2: " + reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"special\": true; \"special\": false; has no special token that could end a text (added_tokens)",
                "\"merges\"; \"merge\"; is no tokenizer.json: field 'merges' is missing or malformed",
                "\"vocab\"; \"vocabulary\"; is no tokenizer.json: field 'vocab' is missing or malformed",
                "\"~\": 94; \"~\": 93; two tokens have the number 93",
                "\"~\": 94; \"~\": -1; the number of a token cannot be -1",
                "\"~\": 94; \"~\": \"a\"; the number of a token cannot be a",
            })
    void whatIsBrokenIsRefused(String original, String changed, String reason) throws IOException {
        String document = Files.readString(SampleText.learned());
        assertThat(document).contains(original);
        Path file = Files.writeString(folder.resolve("broken.json"), document.replace(original, changed));
        refused(file, file + ": " + reason);
    }

    private static void refused(Path file, String message) {
        assertThatThrownBy(() -> TokenizerJson.read(file))
                .isInstanceOf(RunException.class)
                .hasMessageContaining(message)
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("\n"));
    }
}
