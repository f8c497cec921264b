package dev.spectraledge.trainer.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.FullDisk;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.tokenizer.ByteTokenizer;
import dev.spectraledge.trainer.tokenizer.Gpt2Tokenizer;
import dev.spectraledge.trainer.tokenizer.Tokenizer;
import dev.spectraledge.trainer.tokenizer.TokenizerJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusWriterTest {
    private static final Tokenizer BYTES = new ByteTokenizer();

    @TempDir
    Path folder;

    private Path file(String name, String content) throws IOException {
        return file(name, content.getBytes(StandardCharsets.UTF_8));
    }

    private Path file(String name, byte[] content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    private static byte[] compressed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    private static byte[] uint16(int... tokens) {
        ByteBuffer buffer = ByteBuffer.allocate(2 * tokens.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int token : tokens) {
            buffer.putShort((short) token);
        }
        return buffer.array();
    }

    private Corpus write(Tokenizer tokenizer, Path... files) {
        return write(tokenizer, 0.1, files);
    }

    private Corpus write(Tokenizer tokenizer, double validation, Path... files) {
        TextFiles source = new TextFiles(List.of(files), "text", tokenizer.endOfText());
        return new CorpusWriter(source, validation).write(folder.resolve("corpus"), tokenizer);
    }

    private static int[] tokens(Path file) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        return IntStream.range(0, buffer.limit() / 2)
                .map(index -> Short.toUnsignedInt(buffer.getShort(2 * index)))
                .toArray();
    }

    /** Of both files, sorted. */
    private static List<String> documents(Corpus corpus) throws IOException {
        IntStream all =
                IntStream.concat(Arrays.stream(tokens(corpus.train())), Arrays.stream(tokens(corpus.validation())));
        String text = new String(BYTES.decode(all.toArray()), StandardCharsets.UTF_8);
        return Arrays.stream(text.split("\0")).sorted().toList();
    }

    private void assertNothingIsLeft() throws IOException {
        try (Stream<Path> left = Files.list(folder)) {
            assertThat(left.filter(path -> path.getFileName().toString().contains("corpus")))
                    .isEmpty();
        }
    }

    private void refused(String message, Path... files) throws IOException {
        assertThatThrownBy(() -> write(BYTES, files))
                .isInstanceOf(RunException.class)
                .hasMessage(message)
                .satisfies(refusal -> assertThat(refusal.getMessage()).doesNotContain("\n"));
        assertNothingIsLeft();
    }

    @Test
    void everyKindOfFileIsRead() throws IOException {
        Path plain = file("in/a.txt", "first\n<|endoftext|>\nsecond\n<|endoftext|>\n");
        file("in/b/c.txt.gz", compressed("third"));
        file("in/.hidden", new byte[] {(byte) 0xff});
        Path lines = file(
                "lines.jsonl",
                "{\"text\": \"fourth \\ud83d\\ude00\", \"id\": 1}\n\n{\"text\": \"first\\n\"}\n{\"text\": \"\"}");
        Path compressedLines = file("more.jsonl.gz", compressed("{\"text\":\"fifth\"}\n"));
        Corpus corpus = write(BYTES, folder.resolve("in"), lines, compressedLines);
        assertThat(documents(corpus)).containsExactly("fifth", "first\n", "fourth 😀", "second\n", "third");
        Map<String, Object> record = Json.readObject(corpus.folder().resolve("corpus.json"));
        assertThat(record).containsEntry("duplicates", 1L).containsEntry("dtype", "uint16");
        assertThat((List<?>) record.get("sources"))
                .hasSize(4)
                .first()
                .asString()
                .contains(plain.toString());
        assertThat(corpus.vocabulary()).isEqualTo(256);
    }

    @Test
    void aSeparatorIsFoundWhereverABufferEnds() throws IOException {
        for (int length = 65_500; length < 65_560; length++) {
            String first = "x".repeat(length) + "\n";
            Path text = file("a.txt", first + "<|endoftext|>\nlast <|endoftext|>\n<|endoftext|> no\n<|endoftext|>");
            List<String> expected = List.of("last <|endoftext|>\n<|endoftext|> no\n", first);
            assertThat(documents(write(BYTES, text)).equals(expected))
                    .as("%d", length)
                    .isTrue();
            delete(folder.resolve("corpus"));
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Test
    void tokensOfOtherProgramsAreTakenAsTheyAre() throws IOException {
        Tokenizer gpt2 = Gpt2Tokenizer.load();
        Path nanoGpt = file("nano.bin", uint16(15_496, 11, 995, 50_256, 5, 6, 50_256));
        ByteBuffer header = ByteBuffer.allocate(1024 + 4).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(20_240_520)
                .putInt(1)
                .putInt(2)
                .position(1024)
                .putShort((short) 50_256)
                .putShort((short) 7);
        Path llm = file("llm.bin", header.array());
        Corpus corpus = write(gpt2, nanoGpt, llm);
        int[] all = IntStream.concat(Arrays.stream(tokens(corpus.train())), Arrays.stream(tokens(corpus.validation())))
                .toArray();
        assertThat(all).containsExactly(15_496, 11, 995, 50_256, 5, 6, 50_256, 7, 50_256);
        assertThat(TokenizerJson.read(corpus.folder().resolve("tokenizer.json")).sha256())
                .isEqualTo(gpt2.sha256());
    }

    @Test
    void aCorpusKnowsWhatItsTokensMean() throws IOException {
        Path text = file("a.txt", "first\n<|endoftext|>\nsecond\n");
        assertThat(write(BYTES, text).meaning().sha256()).isEqualTo(BYTES.sha256());
        delete(folder.resolve("corpus"));
        Tokenizer gpt2 = Gpt2Tokenizer.load();
        Corpus corpus = write(gpt2, text);
        assertThat(corpus.meaning().sha256()).isEqualTo(gpt2.sha256());
        Files.delete(corpus.folder().resolve("tokenizer.json"));
        assertThatThrownBy(corpus::meaning)
                .isInstanceOf(RunException.class)
                .hasMessage(corpus.folder() + ": nothing says what its tokens mean: it has no tokenizer.json");
    }

    @Test
    void ofEachTenDocumentsOneIsForValidation() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int document = 0; document < 1000; document++) {
            text.append("{\"text\": \"document ").append(document).append("\"}\n");
        }
        Corpus corpus = write(BYTES, file("a.jsonl", text.toString()));
        Map<?, ?> validation = (Map<?, ?>)
                Json.readObject(corpus.folder().resolve("corpus.json")).get("validation");
        assertThat(validation.get("documents")).isEqualTo(100L);
        assertThat(documents(corpus)).hasSize(1000);
    }

    @Test
    void ofASingleDocumentTheEndIsForValidation() throws IOException {
        String text = "0123456789".repeat(10_000);
        Corpus corpus = write(BYTES, 0.2, file("a.txt", text));
        byte[] train = BYTES.decode(tokens(corpus.train()));
        byte[] validation = BYTES.decode(tokens(corpus.validation()));
        assertThat(validation).hasSize(20_000);
        assertThat(new String(train, StandardCharsets.UTF_8) + new String(validation, StandardCharsets.UTF_8))
                .isEqualTo(text + "\0");
    }

    /** Long enough that a document's beginning is on the disk before it turns out to be there already. */
    @Test
    void longDocumentsAreEncodedInPiecesAndDropped() throws IOException {
        Random random = new Random(4);
        StringBuilder text = new StringBuilder();
        while (text.length() < 3_000_000) {
            text.append(Integer.toString(random.nextInt(), 36)).append(random.nextInt(5) == 0 ? "\n" : " ");
        }
        Path first = file("a.txt", text.toString());
        Path again = file("b.txt", text.toString());
        Path other = file("c.txt", "other");
        Tokenizer learned = new CorpusWriter(new TextFiles(List.of(first), "text", -1), 0.1).learn(500);
        Corpus corpus = write(learned, first, again, other);
        int[] expected = learned.encoder().encode(text.toString().getBytes(StandardCharsets.UTF_8));
        assertThat(expected.length).isGreaterThan(1_000_000);
        int[] train = tokens(corpus.train());
        int[] all = IntStream.concat(Arrays.stream(train), Arrays.stream(tokens(corpus.validation())))
                .toArray();
        assertThat(Arrays.equals(all, 0, expected.length, expected, 0, expected.length))
                .isTrue();
        assertThat(learned.decode(Arrays.copyOfRange(all, expected.length, all.length)))
                .asString()
                .isEqualTo("<|endoftext|>other<|endoftext|>");
        assertThat(Json.readObject(corpus.folder().resolve("corpus.json"))).containsEntry("duplicates", 1L);
    }

    @Test
    void whatCannotBeReadIsRefusedAndNothingIsLeft() throws IOException {
        Path text = file("good.txt", "good");
        byte[] broken = ("é".repeat(50_000) + "?").getBytes(StandardCharsets.UTF_8);
        broken[100_000] = (byte) 0xe9;
        Path invalid = file("bad.txt", broken);
        refused(invalid + ": is not UTF-8 at byte 100000", text, invalid);
        Path cut = file("cut.txt", new byte[] {'a', (byte) 0xc3});
        refused(cut + ": is not UTF-8 at byte 1", cut);
        Path odd = file("odd.bin", new byte[3]);
        refused(odd + ": has 3 bytes, not a whole number of tokens of 2 bytes", odd);
        Path outside = file("outside.bin", uint16(1, 2, 300));
        refused(outside + ": token 300 at position 2 is outside of 0…255 (bytes)", outside);
        Path magic = file(
                "magic.bin",
                ByteBuffer.allocate(4)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(20_240_522)
                        .array());
        refused(
                magic + ": begins with llm.c's magic number 20240522, which is not that of 16-bit tokens (20240520)",
                magic);
        Path brief = file(
                "brief.bin",
                ByteBuffer.allocate(8)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(20_240_520)
                        .array());
        refused(brief + ": has no whole header of llm.c of version 1", brief);
        ByteBuffer header = ByteBuffer.allocate(1024)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(20_240_520)
                .putInt(1)
                .putInt(5);
        Path less = file("less.bin", header.array());
        refused(less + ": has 0 tokens, its header says 5", less);
        Path lines = file("a.jsonl", "{\"text\": \"a\"}\n{\"content\": \"b\"}\n");
        refused(lines + " line 2: has no text in the field 'text' (another one is chosen by --field)", lines);
        Path half = file("half.jsonl", "{\"text\": \"\\ud83d\"}\n");
        refused(half + " line 1: the text has half of a surrogate pair, which is no character", half);
        Path empty = file("empty.txt", "");
        refused("there is no text in what was read", empty);
        Path truncated = file("t.gz", Arrays.copyOf(compressed("text"), 15));
        refused("cannot read " + truncated + ": Unexpected end of ZLIB input stream", truncated);
        Path absent = folder.resolve("absent");
        refused("cannot read " + absent + ": no such file or directory", absent);
        assertThatThrownBy(() -> new TextFiles(List.of(Path.of("a.parquet")), "text", 0))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("Parquet is not read");
    }

    @Test
    void aFullDiskLeavesNothing() throws Exception {
        try (FullDisk disk = FullDisk.mountOrSkip(folder.resolve("disk"))) {
            Random random = new Random(8);
            StringBuilder text = new StringBuilder();
            while (text.length() < 3_000_000) {
                text.append(random.nextInt()).append(' ');
            }
            TextFiles source = new TextFiles(List.of(file("a.txt", text.toString())), "text", 0);
            Path corpus = disk.folder().resolve("corpus");
            assertThatThrownBy(() -> new CorpusWriter(source, 0.1).write(corpus, BYTES))
                    .isInstanceOf(RunException.class)
                    .hasMessage("cannot write " + corpus + ": No space left on device");
            assertThat(disk.folder().toFile().list()).isEmpty();
        }
    }

    @Test
    void aFolderThatExistsIsNotTouched() throws IOException {
        Path present = file("corpus/notes", "mine");
        assertThatThrownBy(() -> write(BYTES, file("a.txt", "text")))
                .hasMessage(folder.resolve("corpus") + ": exists already; choose another folder, or delete it");
        assertThat(present).hasContent("mine");
    }

    @Test
    void whatAKilledProcessLeftIsTakenAway() throws IOException {
        file(".corpus.partial/train.bin", "half");
        file(".corpus.partial/lock", "");
        assertThat(documents(write(BYTES, file("a.txt", "text")))).containsExactly("text");
        assertThat(folder.resolve(".corpus.partial")).doesNotExist();
    }

    @Test
    void twoDoNotWriteTheSameFolder() throws IOException {
        Path lock = file(".corpus.partial/lock", "");
        Path text = file("a.txt", "text");
        try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
                FileLock held = channel.lock()) {
            assertThat(held.isValid()).isTrue();
            assertThatThrownBy(() -> write(BYTES, text))
                    .hasMessage(folder.resolve("corpus") + ": is being written by another process");
        }
        assertThat(lock).exists();
    }
}
