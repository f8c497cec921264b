package dev.spectraledge.trainer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzWriterTest {
    @TempDir
    private Path folder;

    @Test
    void everyArrayIsAnEntryThatIsNotCompressed() throws IOException {
        Path file = folder.resolve("arrays.npz");
        NpzWriter.write(file, arrays());
        try (ZipFile archive = new ZipFile(file.toFile())) {
            assertThat(archive.stream().map(ZipEntry::getName))
                    .containsExactly("metrics/step.npy", "metrics/loss.npy", "spectrum/sigma.npy", "empty.npy");
            assertThat(archive.stream().map(ZipEntry::getMethod)).containsOnly(ZipEntry.STORED);
        }
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void headersSayTypeAndShapeAndDataBeginAtAMultipleOf64() throws IOException {
        Path file = folder.resolve("arrays.npz");
        NpzWriter.write(file, arrays());

        ByteBuffer steps = data(file, "metrics/step.npy", "<i8", "(3,)");
        assertThat(List.of(steps.getLong(), steps.getLong(), steps.getLong())).containsExactly(0L, 1L, 1L << 40);
        assertThat(steps.hasRemaining()).isFalse();

        ByteBuffer losses = data(file, "metrics/loss.npy", "<f8", "(3,)");
        assertThat(List.of(losses.getDouble(), losses.getDouble(), losses.getDouble()))
                .containsExactly(0.1, Double.NaN, Double.NEGATIVE_INFINITY);

        ByteBuffer sigma = data(file, "spectrum/sigma.npy", "<f8", "(3, 2)");
        double[] rows = new double[6];
        sigma.asDoubleBuffer().get(rows);
        assertThat(rows).containsExactly(1, 4, 2, 5, 3, 6);

        assertThat(data(file, "empty.npy", "<f8", "(0,)").hasRemaining()).isFalse();
    }

    @Test
    void equalArraysMakeEqualFiles() throws IOException {
        NpzWriter.write(folder.resolve("one.npz"), arrays());
        NpzWriter.write(folder.resolve("two.npz"), arrays());
        assertThat(folder.resolve("one.npz")).hasSameBinaryContentAs(folder.resolve("two.npz"));
    }

    @Test
    void columnsOfDifferentLengthsAreNoMatrix() {
        assertThatThrownBy(() -> NpyArray.ofColumns(List.of(new double[2], new double[3])))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aFolderThatIsNotThereIsOneLine() {
        assertThatThrownBy(() -> NpzWriter.write(folder.resolve("nowhere/arrays.npz"), arrays()))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("no such file or directory");
    }

    private static Map<String, NpyArray> arrays() {
        Map<String, NpyArray> arrays = new LinkedHashMap<>();
        arrays.put("metrics/step", NpyArray.of(new long[] {0, 1, 1L << 40}));
        arrays.put("metrics/loss", NpyArray.of(new double[] {0.1, Double.NaN, Double.NEGATIVE_INFINITY}));
        arrays.put("spectrum/sigma", NpyArray.ofColumns(List.of(new double[] {1, 2, 3}, new double[] {4, 5, 6})));
        arrays.put("empty", NpyArray.of(new double[0]));
        return arrays;
    }

    /** What follows the header of version 1.0: magic, length of the rest in 2 bytes, a Python dictionary. */
    private static ByteBuffer data(Path file, String name, String type, String shape) throws IOException {
        byte[] bytes;
        try (ZipFile archive = new ZipFile(file.toFile());
                var in = archive.getInputStream(archive.getEntry(name))) {
            bytes = in.readAllBytes();
        }
        ByteBuffer array = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[8];
        array.get(magic);
        assertThat(magic).containsExactly(0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0);
        byte[] header = new byte[Short.toUnsignedInt(array.getShort())];
        array.get(header);
        assertThat(array.position() % 64).isZero();
        String dictionary = new String(header, StandardCharsets.US_ASCII);
        assertThat(dictionary)
                .startsWith("{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }")
                .endsWith("\n");
        return array;
    }
}
