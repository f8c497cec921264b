package dev.spectraledge.trainer.io.torch;

import static dev.spectraledge.trainer.io.torch.TorchArchive.number;
import static dev.spectraledge.trainer.io.torch.TorchArchive.tensor;
import static dev.spectraledge.trainer.io.torch.TorchArchive.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.SafetensorsType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What PyTorch wrote ({@code values.pt}, made by analysis/src/test/python/make_checkpoints.py), and what it never would. */
class TorchFileTest {
    private static final String PROTOCOL = "\u0080\u0002";
    private static final String SHAPE = "K\2K\3\u0086";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"values.pt", "values-protocol-4.pt"})
    void readsTensorsOfEveryTypeAndLayout(String name) throws Exception {
        try (TorchFile file = open(name)) {
            Map<?, ?> model = (Map<?, ?>) map(file.content()).get("model");
            assertThat(model.keySet().stream().map(Object::toString))
                    .containsExactly(
                            "transposed",
                            "view",
                            "tied",
                            "parameter",
                            "half",
                            "brain",
                            "double",
                            "mask",
                            "integers",
                            "empty",
                            "scalar",
                            "expanded");
            assertThat(reals(file, model.get("transposed"))).containsExactly(0, 3, 1, 4, 2, 5);
            assertThat(((TorchTensor) model.get("transposed")).shape()).containsExactly(3L, 2L);
            assertThat(reals(file, model.get("view"))).containsExactly(3, 4, 5);
            assertThat(reals(file, model.get("parameter"))).containsExactly(1, 1);
            assertThat(reals(file, model.get("half"))).containsExactly(1.5, -2);
            assertThat(reals(file, model.get("brain"))).containsExactly(1.5, -2);
            assertThat(reals(file, model.get("double"))).containsExactly(0.1);
            assertThat(reals(file, model.get("scalar"))).containsExactly(7);
            assertThat(reals(file, model.get("expanded"))).containsExactly(4);
            assertThat(reals(file, model.get("empty"))).isEmpty();
            TorchTensor integers = (TorchTensor) model.get("integers");
            assertThat(integers.type().integer(file.data(integers), 0)).isEqualTo(-(1L << 40));
            assertThat(((TorchTensor) model.get("mask")).type()).isEqualTo(SafetensorsType.BOOL);
            assertThat(((TorchTensor) model.get("tied")).identity())
                    .isEqualTo(((TorchTensor) model.get("view")).identity());
            assertThat(((TorchTensor) model.get("half")).identity())
                    .isNotEqualTo(((TorchTensor) model.get("brain")).identity());
            assertThat(file.data((TorchTensor) model.get("view")).isReadOnly()).isTrue();
            assertThat(file.data((TorchTensor) model.get("transposed")).isReadOnly())
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"values.pt", "values-protocol-4.pt"})
    void readsPlainValuesAndPutsPlaceholdersForTheRest(String name) throws Exception {
        try (TorchFile file = open(name)) {
            Map<Object, Object> content = map(file.content());
            assertThat(content.get("step")).isEqualTo(7L);
            assertThat(content.get("negative")).isEqualTo(-(1L << 40));
            assertThat(content.get("big")).isEqualTo(BigInteger.TWO.pow(63));
            assertThat(content.get("size")).isEqualTo(List.of(2L, 3L));
            assertThat(content.get("none")).isNull();
            assertThat(content.get("nested")).isEqualTo(Map.of("a", Map.of("b", List.of(1L, List.of(2L, 3L)))));
            assertThat(content.get("namespace")).isEqualTo(new Inert("argparse.Namespace"));
            assertThat(content.get("dtype")).isEqualTo(new Inert("torch.bfloat16"));
            assertThat(content.get("unsigned")).isInstanceOf(Inert.class);
            assertThat(content.get("complex")).isInstanceOf(Inert.class);
            assertThat(content.get("metric")).isInstanceOf(Inert.class);
            assertThat(content.get("counts")).isInstanceOf(Inert.class);
        }
    }

    @Test
    void executesNothingAndSaysWhatWasAskedForAndWhere() {
        String system = PROTOCOL + "cposix\nsystem\n" + text("touch x") + "\u0085R.";
        assertRefused(
                system,
                "its pickle names 'posix.system' (GLOBAL at byte 2), which is neither a tensor nor a "
                        + "known harmless class; nothing in it was executed, and only state_dicts and plain values "
                        + "are read");
        String stackGlobal = "\u0080\4" + text("builtins") + text("eval") + "\u0093" + text("1") + "\u0085R.";
        assertRefused(stackGlobal, "its pickle names 'builtins.eval' (STACK_GLOBAL at byte 24), which is");
        assertRefused(PROTOCOL + "cbuiltins\ngetattr\n.", "its pickle names 'builtins.getattr' (GLOBAL at byte 2)");
        assertRefused(PROTOCOL + "ctorch\nload\n.", "its pickle names 'torch.load' (GLOBAL at byte 2)");
        assertRefused(
                PROTOCOL + "(iposix\nsystem\n.",
                "opcode INST at byte 3 of its pickle is refused: torch.save writes no such opcode");
        assertRefused(PROTOCOL + "(cargparse\nNamespace\no.", "opcode OBJ at byte 23 of its pickle is refused");
        assertRefused(PROTOCOL + "\u0082\1.", "opcode EXT1 at byte 2 of its pickle is refused");
        assertRefused(PROTOCOL + "Pid\n.", "opcode PERSID at byte 2 of its pickle is refused");
        assertRefused(
                PROTOCOL + "}" + text("x") + "\u0085R.", "opcode REDUCE at byte 10 of its pickle is refused: only a");
        assertRefused(
                "(lp0\n.", "opcode MARK at byte 0 of its pickle is refused: a pickle of protocol 2 or newer begins");
        assertRefused(PROTOCOL + "\u00ff", "byte 2 of its pickle, 0xff, is no opcode: the file is damaged");
    }

    @Test
    void believesNoSizeBeforeItHasSeenTheFile() {
        assertRefused(
                PROTOCOL + "X\u00ff\u00ff\u00ff\u007f",
                "opcode BINUNICODE at byte 2 of its pickle is refused: it announces");
        assertRefused(PROTOCOL + "\u008b\u00ff\u00ff\u00ff\u00ff", "opcode LONG4 at byte 2");
        assertRefused(
                PROTOCOL + "\u0096\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff", "opcode BYTEARRAY8 at byte 2");
        assertRefused(PROTOCOL + "K", "its pickle is truncated at byte 3");
        assertRefused(
                PROTOCOL + tensor("0", 7, 0, SHAPE, "K\3K\1\u0086") + ".",
                "storage '0' should have 7 elements F32, its entry has 24 bytes");
        assertRefused(
                PROTOCOL + tensor("../x", 6, 0, SHAPE, "K\3K\1\u0086") + ".", "storage '../x' is not in the archive");
        assertRefused(
                PROTOCOL + tensor("0", 6, 1, SHAPE, "K\3K\1\u0086") + ".",
                "a tensor of shape [2, 3] with strides [3, 1] at element 1 does not fit into storage 0 of 6 elements");
        assertRefused(
                PROTOCOL + tensor("0", 6, 0, SHAPE, "J\u00fd\u00ff\u00ff\u00ffK\1\u0086") + ".",
                "does not fit into storage 0");
        assertRefused(
                PROTOCOL + tensor("0", 6, 0, "J\u00ff\u00ff\u00ff\u007f\u0085", "K\0\u0085") + ".",
                "does not fit into");
        assertRefused(
                PROTOCOL + tensor("0", 6, 0, "\u008a\u0008\0\0\0\0\0\0\0@K\4\u0086", "K\0K\0\u0086") + ".",
                "does not fit into storage 0");
    }

    @Test
    void boundsWhatAFileCanMakeOfFewBytes() {
        assertRefused(PROTOCOL + "]".repeat((1 << 22) + 1), "it describes more than 4194304 values");
        StringBuilder deep = new StringBuilder(PROTOCOL).append(")");
        deep.append("\u0085".repeat(100_000)).append("}").append("\u0086");
        assertRefused(
                PROTOCOL + "}" + deep.substring(2, deep.length() - 2) + "Ns.",
                "a key must be a number, a text or a tuple");
        assertRefused(PROTOCOL + "]q\0h\0a}h\0Ns.", "more than one value is left", "a key must be");
        assertRefused(PROTOCOL + "cx" + "y".repeat(600) + "\n", "a name is longer than 512 bytes");
        assertRefused(PROTOCOL + "h\5.", "nothing is remembered as 5");
        assertRefused(PROTOCOL + "(0K\1tR.", "no mark was set");
        assertRefused(PROTOCOL + "(R.", "its stack is empty");
    }

    @Test
    void valuesMayContainThemselves() throws IOException {
        Path file = write(TorchArchive.of(PROTOCOL + "]q\0h\0a."));
        try (TorchFile opened = TorchFile.open(file)) {
            List<?> list = (List<?>) opened.content();
            assertThat(list.getFirst()).isSameAs(list);
        }
    }

    @Test
    void copiesNoMoreThanTheFileHolds() throws IOException {
        StringBuilder pickle = new StringBuilder(PROTOCOL).append("](");
        for (int offset = 0; offset < 20; offset++) {
            pickle.append(tensor("0", 1000, offset, number(450) + "K\2\u0086", "K\1" + number(450) + "\u0086"));
        }
        Path file = write(TorchArchive.of(pickle + "e.", new byte[4000]));
        try (TorchFile opened = TorchFile.open(file)) {
            List<?> views = (List<?>) opened.content();
            TorchTensor first = (TorchTensor) views.getFirst();
            assertThat(opened.data(first).address())
                    .isEqualTo(opened.data(first).address());
            assertThatThrownBy(() -> views.forEach(view -> opened.data((TorchTensor) view)))
                    .isInstanceOf(RunException.class)
                    .hasMessage(file + ": its tensors that overlap or are strided have more elements than the file");
        }
    }

    @Test
    void refusesArchivesThatAreDamagedOrNoneOfPyTorch() throws IOException {
        byte[] good = TorchArchive.of(TorchArchive.STATE_DICT);
        TorchFile.open(write(good)).close();
        assertRefused(
                Arrays.copyOf(good, good.length - 30),
                "truncated: it begins as a zip archive, but has no directory at its end");
        assertRefused(
                Arrays.copyOfRange(good, 1, good.length), "is not a file of torch.save, which begins as a zip archive");
        assertRefused(new byte[0], "is not a file of torch.save, which begins as a zip archive");
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put("a/data.pkl", new byte[100]);
        assertRefused(
                TorchArchive.of(entries, ZipEntry.DEFLATED),
                "its entry 'a/data.pkl' is compressed, which torch.save never does; save it again with torch.save");
        entries.put("b/data.pkl", new byte[1]);
        assertRefused(TorchArchive.of(entries, ZipEntry.STORED), "it has several entries data.pkl");
        entries.remove("b/data.pkl");
        entries.put("a/constants.pkl", new byte[1]);
        assertRefused(TorchArchive.of(entries, ZipEntry.STORED), "is a TorchScript program, not a state_dict");
        assertRefused(
                TorchArchive.of(Map.of("word/document.xml", new byte[1]), ZipEntry.STORED),
                "it has no entries data.pkl");
        assertRefused(
                TorchArchive.of(
                        Map.of("a/data.pkl", new byte[1], "a/byteorder", "big".getBytes(ISO_8859_1)), ZipEntry.STORED),
                "its byte order is 'big', only 'little' is read");
        byte[] legacy = (PROTOCOL + "\u008a\nl\u00fc\u009cF\u00f9 j\u00a8P\u0019.").getBytes(ISO_8859_1);
        assertRefused(
                legacy,
                "is in the form that PyTorch wrote before version 1.6, which cannot be read; load it with torch.load and"
                        + " save it again with torch.save");
    }

    @Test
    void refusesEntriesThatOverlapOrLieElsewhere() throws IOException {
        byte[] good = TorchArchive.of(TorchArchive.STATE_DICT);
        ByteBuffer bytes = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN);
        int end = good.length - 22;
        int central = bytes.getInt(end + 16);
        int second = central + 46 + "a/data.pkl".length();

        assertRefused(
                changed(good, central + 24, 1 << 30, central + 20, 1 << 30),
                "of 1073741824 bytes does not fit into the archive");
        int more = bytes.getInt(central + 24) + 20;
        assertRefused(
                changed(good, central + 24, more, central + 20, more),
                "its entries 'a/data.pkl' and 'a/byteorder' overlap");
        assertRefused(changed(good, second + 42, 0), "its entry 'a/byteorder' has another name in its header");
        assertRefused(changed(good, second + 42, 7), "its entry 'a/byteorder' has no header where the directory says");
        assertRefused(changed(good, end + 16, 1 << 30), "does not fit into its");
        assertRefused(changed(good, end + 8, 0x7fff7fff), "does not fit into its");
        assertRefused(changed(good, central + 8, 1), "is encrypted");
    }

    @Test
    void readsArchivesOf64Bits() throws IOException {
        byte[] good = TorchArchive.of(TorchArchive.STATE_DICT);
        ByteBuffer bytes = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN);
        int end = good.length - 22;
        ByteBuffer wide = ByteBuffer.allocate(good.length + 76).order(ByteOrder.LITTLE_ENDIAN);
        wide.put(good, 0, end);
        wide.putInt(0x06064b50)
                .putLong(44)
                .putShort((short) 45)
                .putShort((short) 45)
                .putInt(0)
                .putInt(0);
        wide.putLong(5).putLong(5).putLong(bytes.getInt(end + 12)).putLong(bytes.getInt(end + 16));
        wide.putInt(0x07064b50).putInt(0).putLong(end).putInt(1);
        wide.put(good, end, 22);
        wide.putShort(good.length - 12 + 76, (short) -1).putInt(good.length - 6 + 76, -1);
        try (TorchFile file = TorchFile.open(write(wide.array()))) {
            assertThat(map(file.content())).containsKey("model");
        }
        assertRefused(
                changed(wide.array(), end + 56 + 8, end + 1),
                "the end of its 64-bit directory is not where it should be");
    }

    /** As for entries beyond 4 GiB: the sizes and the position stand in an extra field. */
    @Test
    void readsSizesOf64Bits() throws IOException {
        byte[] good = TorchArchive.of(TorchArchive.STATE_DICT);
        ByteBuffer bytes = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN);
        int end = good.length - 22;
        int central = bytes.getInt(end + 16);
        int extra = central + 46 + "a/data.pkl".length();
        ByteBuffer wide = ByteBuffer.allocate(good.length + 32).order(ByteOrder.LITTLE_ENDIAN);
        wide.put(good, 0, extra);
        wide.putShort((short) 9).putShort((short) 0).putShort((short) 1).putShort((short) 24);
        wide.putLong(bytes.getInt(central + 24))
                .putLong(bytes.getInt(central + 20))
                .putLong(bytes.getInt(central + 42));
        wide.put(good, extra, good.length - extra);
        wide.putInt(central + 20, -1)
                .putInt(central + 24, -1)
                .putInt(central + 42, -1)
                .putShort(central + 30, (short) 32);
        wide.putInt(end + 32 + 12, bytes.getInt(end + 12) + 32);
        try (TorchFile file = TorchFile.open(write(wide.array()))) {
            assertThat(map(file.content())).containsKey("model");
        }
        assertRefused(
                changed(wide.array(), extra + 8 + 7, 0x7f), "the sizes of its entry 'a/data.pkl' cannot be right");
    }

    private static byte[] changed(byte[] good, int... positionsAndValues) {
        ByteBuffer copy = ByteBuffer.wrap(good.clone()).order(ByteOrder.LITTLE_ENDIAN);
        for (int index = 0; index < positionsAndValues.length; index += 2) {
            copy.putInt(positionsAndValues[index], positionsAndValues[index + 1]);
        }
        return copy.array();
    }

    private static TorchFile open(String name) throws Exception {
        return TorchFile.open(Path.of(TorchFileTest.class.getResource(name).toURI()));
    }

    private static double[] reals(TorchFile file, Object value) {
        TorchTensor tensor = (TorchTensor) value;
        MemorySegment data = file.data(tensor);
        double[] reals = new double[(int) tensor.elements()];
        for (int index = 0; index < reals.length; index++) {
            reals[index] = tensor.type().real(data, index);
        }
        return reals;
    }

    @SuppressWarnings("unchecked")
    private static Map<Object, Object> map(Object value) {
        return (Map<Object, Object>) value;
    }

    private Path write(byte[] bytes) throws IOException {
        return Files.write(folder.resolve("x.pt"), bytes);
    }

    private void assertRefused(String pickle, String... oneOf) {
        try {
            assertRefused(TorchArchive.of(pickle), oneOf);
        } catch (IOException failure) {
            throw new AssertionError(failure);
        }
    }

    private void assertRefused(byte[] bytes, String... oneOf) throws IOException {
        Path file = write(bytes);
        assertThatThrownBy(() -> TorchFile.open(file).close())
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith(file + ": ")
                .satisfies(refusal -> assertThat(Arrays.stream(oneOf).anyMatch(refusal.getMessage()::contains))
                        .as(refusal.getMessage())
                        .isTrue());
    }
}
