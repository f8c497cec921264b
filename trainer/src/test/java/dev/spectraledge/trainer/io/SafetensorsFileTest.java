package dev.spectraledge.trainer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
    @TempDir
    Path folder;

    private final MemoryOwner owner = MemoryOwner.open("safetensors test");

    @AfterEach
    void free() {
        owner.close();
    }

    @Test
    void readsNamesTypesShapesAndMetadata() throws IOException {
        Path file = write(
                "{\"b\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
                        + "\"a\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[24,32]},"
                        + "\"__metadata__\":{\"seed\":\"42\"}}   ",
                new byte[32]);
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            assertThat(tensors.names()).containsExactly("b", "a");
            assertThat(tensors.contains("a")).isTrue();
            assertThat(tensors.contains("c")).isFalse();
            assertThat(tensors.type("a")).isEqualTo(SafetensorsType.I64);
            assertThat(tensors.shape("b")).containsExactly(2, 3);
            assertThat(tensors.shape("a")).isEmpty();
            assertThat(tensors.metadata()).containsExactlyEntriesOf(Map.of("seed", "42"));
        }
    }

    @Test
    void convertsFloatingPointTypesIntoOneAnother() throws IOException {
        ByteBuffer data = bytes(8 + 8 + 4 + 4)
                .putDouble(0.1)
                .putFloat(0.1f)
                .putFloat(-3f)
                .putShort(Float.floatToFloat16(1.5f))
                .putShort(Float.floatToFloat16(-65504f))
                .putShort((short) (Float.floatToRawIntBits(-2.5f) >>> 16))
                .putShort((short) (Float.floatToRawIntBits(0x1p100f) >>> 16));
        Path file = write(
                "{\"f64\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},"
                        + "\"f32\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,16]},"
                        + "\"f16\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[16,20]},"
                        + "\"bf16\":{\"dtype\":\"BF16\",\"shape\":[2],\"data_offsets\":[20,24]}}",
                content(data));
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            Tensor wide = Tensor.allocate(owner, DType.FLOAT64, 2);
            tensors.copyTo("f32", wide);
            assertThat(wide.get(0)).isEqualTo((double) 0.1f);
            assertThat(wide.get(1)).isEqualTo(-3);
            Tensor narrow = Tensor.allocate(owner, DType.FLOAT32, 1);
            tensors.copyTo("f64", narrow);
            assertThat(narrow.get(0)).isEqualTo((double) (float) 0.1);
            Tensor half = tensors.read(owner, "f16");
            assertThat(half.type()).isEqualTo(DType.FLOAT32);
            assertThat(half.get(0)).isEqualTo(1.5);
            assertThat(half.get(1)).isEqualTo(-65504);
            Tensor brain = tensors.read(owner, "bf16");
            assertThat(brain.get(0)).isEqualTo(-2.5);
            assertThat(brain.get(1)).isEqualTo(0x1p100);
            assertThat(tensors.read(owner, "f64").get(0)).isEqualTo(0.1);
        }
    }

    @Test
    void convertsIntegersThatFit() throws IOException {
        ByteBuffer data = bytes(16 + 2 + 1 + 1 + 1)
                .putLong(-5)
                .putLong(Integer.MAX_VALUE)
                .putShort((short) -300)
                .put((byte) -7)
                .put((byte) 200)
                .put((byte) 1);
        Path file = write(
                "{\"i64\":{\"dtype\":\"I64\",\"shape\":[2],\"data_offsets\":[0,16]},"
                        + "\"i16\":{\"dtype\":\"I16\",\"shape\":[1],\"data_offsets\":[16,18]},"
                        + "\"i8\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[18,19]},"
                        + "\"u8\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[19,20]},"
                        + "\"bool\":{\"dtype\":\"BOOL\",\"shape\":[1],\"data_offsets\":[20,21]}}",
                content(data));
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            assertThat(tensors.read(owner, "i64").getInt(0)).isEqualTo(-5);
            assertThat(tensors.read(owner, "i64").getInt(1)).isEqualTo(Integer.MAX_VALUE);
            assertThat(tensors.read(owner, "i16").getInt(0)).isEqualTo(-300);
            assertThat(tensors.read(owner, "i8").getInt(0)).isEqualTo(-7);
            assertThat(tensors.read(owner, "u8").getInt(0)).isEqualTo(200);
            assertThat(tensors.read(owner, "bool").getInt(0)).isEqualTo(1);
        }
    }

    @Test
    void refusesIntegersThatDoNotFit() throws IOException {
        ByteBuffer data = bytes(32).putLong(1).putLong(2).putLong(3).putLong(1L << 31);
        Path file = write("{\"x\":{\"dtype\":\"I64\",\"shape\":[2,2],\"data_offsets\":[0,32]}}", content(data));
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            assertThatThrownBy(() -> tensors.read(owner, "x"))
                    .isInstanceOf(RunException.class)
                    .hasMessage(file
                            + ": tensor 'x' holds 2147483648 at index [1, 1], which does not fit a 32-bit integer");
        }
    }

    @Test
    void refusesOtherShapesKindsAndNames() throws IOException {
        Path file =
                write("{\"head.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}", new byte[24]);
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            assertThatThrownBy(() -> tensors.copyTo("head.weight", Tensor.allocate(owner, DType.FLOAT32, 3, 2)))
                    .isInstanceOf(RunException.class)
                    .hasMessage(file + ": tensor 'head.weight' has shape [2, 3], needed is [3, 2]");
            assertThatThrownBy(() -> tensors.copyTo("head.weight", Tensor.allocate(owner, DType.INT32, 2, 3)))
                    .isInstanceOf(RunException.class)
                    .hasMessage(file + ": tensor 'head.weight' holds F32, needed are integers");
            assertThatThrownBy(() -> tensors.read(owner, "head.wieght"))
                    .isInstanceOf(RunException.class)
                    .hasMessage(file + ": has no tensor 'head.wieght'; did you mean 'head.weight'?");
        }
    }

    @Test
    void copiesIntoStridedViews() throws IOException {
        ByteBuffer data = bytes(24);
        for (int value = 0; value < 6; value++) {
            data.putFloat(value);
        }
        Path file = write("{\"x\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0,24]}}", content(data));
        Tensor whole = Tensor.allocate(owner, DType.FLOAT32, 3, 5);
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            tensors.copyTo("x", whole.slice(1, 2, 4));
        }
        for (int row = 0; row < 3; row++) {
            assertThat(whole.get(row, 1)).isZero();
            assertThat(whole.get(row, 2)).isEqualTo(2 * row);
            assertThat(whole.get(row, 3)).isEqualTo(2 * row + 1);
            assertThat(whole.get(row, 4)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void namesTheFirstValueThatIsNotFinite(double bad) throws IOException {
        ByteBuffer data = bytes(28)
                .putFloat(1)
                .putFloat(2)
                .putFloat(3)
                .putFloat((float) bad)
                .putFloat(Float.NaN);
        Path file = write(
                "{\"good\":{\"dtype\":\"I32\",\"shape\":[1],\"data_offsets\":[24,28]},"
                        + "\"bad\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}",
                content(data));
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            tensors.requireFinite("good");
            assertThatThrownBy(tensors::requireFinite)
                    .isInstanceOf(RunException.class)
                    .hasMessage(file + ": tensor 'bad' holds " + bad + " at index [1, 0]; all values must be finite");
        }
    }

    @Test
    void refusesAFileThatIsMissingOrADirectory() {
        Path missing = folder.resolve("none.safetensors");
        assertThatThrownBy(() -> SafetensorsFile.open(missing))
                .isInstanceOf(RunException.class)
                .hasMessage("cannot read " + missing + ": no such file or directory");
        assertThatThrownBy(() -> SafetensorsFile.open(folder))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith("cannot read " + folder + ": it is a directory");
    }

    @Test
    void refusesEveryTruncation() throws IOException {
        String header = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        byte[] whole = Files.readAllBytes(write(header, new byte[8]));
        for (int length = 0; length < whole.length; length++) {
            Path file = folder.resolve("cut.safetensors");
            Files.write(file, Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> SafetensorsFile.open(file))
                    .as("%d of %d bytes", length, whole.length)
                    .isInstanceOf(RunException.class)
                    .hasMessageStartingWith(file.toString())
                    .hasMessageContaining("truncated");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 100_000_001, Long.MAX_VALUE, -1, Long.MIN_VALUE})
    void refusesAnImpossibleHeaderLength(long length) throws IOException {
        Path file = folder.resolve("lying.safetensors");
        Files.write(file, content(bytes(64).putLong(length)));
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith(file + ": not a safetensors file: its first 8 bytes announce a header of "
                        + Long.toUnsignedString(length) + " bytes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "not json | the header is not valid JSON",
                "[1, 2] | the header should be a JSON object, found a JSON array",
                "{'x':1} | tensor 'x' should be a JSON object, found a number",
                "{} {} | the header goes on after its closing brace",
                "{} | the header describes 0 bytes of data, the file holds 8",
                "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]} | the header is not valid JSON",
                "{'x':{'shape':[2],'data_offsets':[0,8]}} | tensor 'x' lacks dtype",
                "{'x':{'dtype':'F32','data_offsets':[0,8]}} | tensor 'x' lacks shape",
                "{'x':{'dtype':'F32','shape':[2]}} | tensor 'x' lacks data_offsets",
                "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8],'z':1}} | tensor 'x' has an unknown property 'z'",
                "{'x':{'dtype':'F32','dtype':'F32','shape':[2],'data_offsets':[0,8]}} | tensor 'x' has two properties"
                        + " 'dtype'",
                "{'x':{'dtype':'F12','shape':[2],'data_offsets':[0,8]}} | tensor 'x' has unknown dtype 'F12'; known"
                        + " are F64, F32",
                "{'x':{'dtype':32,'shape':[2],'data_offsets':[0,8]}} | tensor 'x', dtype should be a string, found a"
                        + " number",
                "{'x':{'dtype':'F32','shape':[3],'data_offsets':[0,8]}} | tensor 'x' of shape [3] and dtype F32 needs"
                        + " 12 bytes, its data_offsets [0, 8] hold 8",
                "{'x':{'dtype':'F32','shape':[-2],'data_offsets':[0,8]}} | tensor 'x', shape holds '-2' where a size",
                "{'x':{'dtype':'F32','shape':[2.0],'data_offsets':[0,8]}} | tensor 'x', shape holds '2.0' where a size",
                "{'x':{'dtype':'F32','shape':[99999999999999999999],'data_offsets':[0,8]}} | tensor 'x', shape holds"
                        + " '99999999999999999999'",
                "{'x':{'dtype':'F32','shape':[4294967296,4294967296],'data_offsets':[0,8]}} | tensor 'x' has an"
                        + " impossible shape [4294967296, 4294967296]",
                "{'x':{'dtype':'F32','shape':[2],'data_offsets':[8,0]}} | tensor 'x' has data_offsets [8, 0]; needed"
                        + " are a start and an end",
                "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,4,8]}} | tensor 'x' has data_offsets [0, 4, 8];"
                        + " needed are a start and an end",
                "{'x':{'dtype':'F32','shape':[4],'data_offsets':[0,16]}} | tensor 'x' ends beyond the file"
                        + " (data_offsets [0, 16]), which holds 8 bytes of data",
                "{'x':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}} | tensor 'x' leaves a hole of 4 bytes before"
                        + " it",
                "{'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]}} | the header describes 4 bytes of data, the"
                        + " file holds 8",
                "{'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]},'y':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}"
                        + " | tensor 'y' overlaps tensor 'x'",
                "{'x':{'dtype':'F32','shape':[1],'data_offsets':[0,4]},'x':{'dtype':'F32','shape':[1],'data_offsets':[4,8]}}"
                        + " | tensor 'x' appears twice in the header",
                "{'__metadata__':{'a':1},'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} | __metadata__ key 'a'"
                        + " should be a string, found a number",
                "{'__metadata__':{'a':'1','a':'2'},'x':{'dtype':'F32','shape':[2],'data_offsets':[0,8]}} |"
                        + " __metadata__ holds key 'a' twice",
            })
    void refusesALyingHeaderInOneLine(String header, String message) throws IOException {
        Path file = write(header.replace('\'', '"'), new byte[8]);
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith(file + ": " + message)
                .satisfies(error -> assertThat(error.getMessage()).doesNotContain("\n"));
    }

    @Test
    void refusesHeadersInOtherEncodings() throws IOException {
        String header = "{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}";
        for (Charset charset : List.of(
                StandardCharsets.UTF_16,
                StandardCharsets.UTF_16LE,
                StandardCharsets.UTF_16BE,
                StandardCharsets.UTF_32)) {
            assertHeaderRefused(header.getBytes(charset));
        }
        assertHeaderRefused(("\uFEFF" + header).getBytes(StandardCharsets.UTF_8));
        assertHeaderRefused(header.replace('x', 'é').getBytes(StandardCharsets.ISO_8859_1));
    }

    private void assertHeaderRefused(byte[] header) throws IOException {
        Path file = write(header, new byte[8]);
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith(file + ": the header is not valid ");
    }

    @Test
    void refusesNumbersThatDoNotFit() throws IOException {
        Path file = write(
                "{\"x\":{\"dtype\":\"F64\",\"shape\":[1,3],\"data_offsets\":[0,24]}}",
                content(bytes(24).putDouble(1e-300).putDouble(-1e300).putDouble(Double.NaN)));
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            Tensor wide = Tensor.allocate(owner, DType.FLOAT64, 1, 3);
            tensors.copyTo("x", wide);
            assertThat(wide.get(0, 1)).isEqualTo(-1e300);
            Tensor narrow = Tensor.allocate(owner, DType.FLOAT32, 1, 3);
            assertThatThrownBy(() -> tensors.copyTo("x", narrow))
                    .isInstanceOf(RunException.class)
                    .hasMessage(file + ": tensor 'x' holds -1.0E300 at index [0, 1], which is too large for 32-bit"
                            + " floating-point numbers (at most 3.4028235E38)");
        }
    }

    @Test
    void quotesNamesCutAndWithoutWhatATerminalObeys() throws IOException {
        String name = "\\u001b[2J" + "n".repeat(5_000);
        Path file = write("{\"" + name + "\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}", new byte[8]);
        assertThatThrownBy(() -> SafetensorsFile.open(file))
                .hasMessage(file + ": tensor '\\u001b[2J" + "n".repeat(190)
                        + "…' of shape [1] and dtype F32 needs 4 bytes, its data_offsets [0, 8] hold 8");
    }

    @Test
    void readsEmptyTensors() throws IOException {
        Path file = write(
                "{\"none\":{\"dtype\":\"F32\",\"shape\":[0,3],\"data_offsets\":[0,0]},"
                        + "\"some\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
                new byte[4]);
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            assertThat(tensors.read(owner, "none").elements()).isZero();
        }
    }

    @Test
    void readsTheFilesThatPyTorchWrote() {
        Path golden = Path.of(System.getProperty("golden.dir", "../../shared/golden"));
        Path file = golden.resolve("dyck_s42_f32/weights_000000.safetensors");
        assumeTrue(Files.isReadable(file), "no golden files at " + golden);
        try (SafetensorsFile tensors = SafetensorsFile.open(file)) {
            tensors.requireFinite();
            assertThat(tensors.metadata()).containsEntry("task", "dyck");
            long parameters = tensors.names().stream()
                    .mapToLong(name -> Arrays.stream(tensors.shape(name)).reduce(1, (a, b) -> a * b))
                    .sum();
            assertThat(parameters).isEqualTo(273_421);
            Tensor embedding = tensors.read(owner, "tok_emb.weight");
            assertThat(embedding.shape()).containsExactly(3, 128);
        }
    }

    private static ByteBuffer bytes(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] content(ByteBuffer buffer) {
        byte[] content = new byte[buffer.capacity()];
        buffer.get(0, content);
        return content;
    }

    private Path write(String header, byte[] data) throws IOException {
        return write(header.getBytes(StandardCharsets.UTF_8), data);
    }

    private Path write(byte[] json, byte[] data) throws IOException {
        ByteBuffer file = bytes(Long.BYTES + json.length + data.length)
                .putLong(json.length)
                .put(json)
                .put(data);
        return Files.write(folder.resolve("test.safetensors"), content(file));
    }
}
