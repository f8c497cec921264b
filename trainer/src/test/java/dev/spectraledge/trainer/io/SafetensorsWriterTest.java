package dev.spectraledge.trainer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
    @TempDir
    Path folder;

    private final MemoryOwner owner = MemoryOwner.open("safetensors writer test");

    @AfterEach
    void free() {
        owner.close();
    }

    @Test
    void writesTheBytesInMemoryAlignedAndInOrder() throws IOException {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("odd", random(DType.FLOAT32, 3));
        tensors.put("wide", random(DType.FLOAT64, 2, 2));
        tensors.put("whole", random(DType.INT32, 1, 5));
        tensors.put("scalar", random(DType.FLOAT64));
        tensors.put("none", random(DType.FLOAT32, 0, 4));
        tensors.get("odd").set(Double.NaN, 1);
        Path file = folder.resolve("x.safetensors");
        SafetensorsWriter.write(file, tensors, Map.of("seed", "42", "quote", "a\"b\nc"));

        assertThat(ByteBuffer.wrap(Files.readAllBytes(file))
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .getLong()
                        % 8)
                .isZero();
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.names()).containsExactlyElementsOf(tensors.keySet());
            assertThat(read.metadata()).isEqualTo(Map.of("seed", "42", "quote", "a\"b\nc"));
            tensors.forEach((name, tensor) -> {
                assertThat(read.shape(name)).isEqualTo(tensor.shape());
                Tensor copy = read.read(owner, name);
                assertThat(copy.type()).isEqualTo(tensor.type());
                assertThat(MemorySegment.mismatch(
                                copy.segment(),
                                0,
                                copy.elements() * copy.type().bytes(),
                                tensor.segment(),
                                0,
                                tensor.elements() * tensor.type().bytes()))
                        .as(name)
                        .isEqualTo(-1);
            });
        }
    }

    @Test
    void writesStridedViews() {
        Tensor packed = random(DType.FLOAT32, 2, 7, 9);
        Tensor rows = packed.at(1).slice(0, 2, 5);
        Tensor columns = packed.at(0).slice(1, 3, 8);
        Tensor block = packed.slice(1, 1, 3).slice(2, 0, 4);
        Path file = folder.resolve("views.safetensors");
        SafetensorsWriter.write(file, Map.of("rows", rows, "columns", columns, "block", block), Map.of());
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertSame(read.read(owner, "rows"), rows, 3, 9);
            assertSame(read.read(owner, "columns"), columns, 7, 5);
            Tensor copy = read.read(owner, "block");
            assertSame(copy.at(0), block.at(0), 2, 4);
            assertSame(copy.at(1), block.at(1), 2, 4);
        }
    }

    /** Rows so long that some go through the gathering buffer and some past it. */
    @Test
    void writesLongStridedRows() {
        Tensor packed = random(DType.FLOAT64, 3, 200_000);
        Tensor shortRows = packed.slice(1, 5, 100_000);
        Tensor longRows = packed.slice(1, 1, 190_001);
        Path file = folder.resolve("long.safetensors");
        SafetensorsWriter.write(file, Map.of("short", shortRows, "long", longRows), Map.of());
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertSame(read.read(owner, "short"), shortRows, 3, 99_995);
            assertSame(read.read(owner, "long"), longRows, 3, 190_000);
        }
    }

    /** In pieces as long as the buffer, from strided rows, beside integers, which stay as they are. */
    @Test
    void roundsFloatingPointNumbers() {
        Tensor packed = random(DType.FLOAT64, 3, 400_000);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        tensors.put("rows", packed.slice(1, 5, 390_001));
        tensors.put("single", random(DType.FLOAT32, 7));
        tensors.put("whole", random(DType.INT32, 5));
        Path file = folder.resolve("rounded.safetensors");
        SafetensorsWriter.writeRounded(file, tensors, Map.of("seed", "42"));
        try (SafetensorsFile read = SafetensorsFile.open(file)) {
            assertThat(read.names()).containsExactlyElementsOf(tensors.keySet());
            assertThat(read.type("rows")).isEqualTo(SafetensorsType.BF16);
            assertThat(read.type("whole")).isEqualTo(SafetensorsType.I32);
            Tensor copy = read.read(owner, "rows");
            for (int row = 0; row < 3; row++) {
                for (int column = 0; column < 389_996; column += 997) {
                    assertThat(copy.get(row, column))
                            .isEqualTo(rounded(tensors.get("rows").get(row, column)));
                }
            }
            assertThat(read.read(owner, "single").get(6))
                    .isEqualTo(rounded(tensors.get("single").get(6)));
            assertThat(read.read(owner, "whole").getInt(4))
                    .isEqualTo(tensors.get("whole").getInt(4));
        }
    }

    private static double rounded(double value) {
        return Float.intBitsToFloat(Bfloat16.nearest(value) << 16);
    }

    @Test
    void aFullDiskLeavesTheOldFileAndOneLine() throws Exception {
        try (FullDisk disk = FullDisk.mountOrSkip(folder.resolve("disk"))) {
            Path file = disk.folder().resolve("x.safetensors");
            SafetensorsWriter.write(file, Map.of("x", random(DType.FLOAT32, 4)), Map.of());
            byte[] before = Files.readAllBytes(file);
            Tensor large = random(DType.FLOAT32, 100_000);
            assertThatThrownBy(() -> SafetensorsWriter.write(file, Map.of("x", large), Map.of()))
                    .isInstanceOf(RunException.class)
                    .hasMessage("cannot write " + file + ": No space left on device");
            assertThat(Files.readAllBytes(file)).isEqualTo(before);
            assertThat(disk.folder().toFile().list()).hasSize(1);
        }
    }

    private static void assertSame(Tensor actual, Tensor expected, int rows, int columns) {
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                if (actual.get(row, column) != expected.get(row, column)) {
                    assertThat(actual.get(row, column))
                            .as("[%d, %d]", row, column)
                            .isEqualTo(expected.get(row, column));
                }
            }
        }
    }

    private Tensor random(DType type, long... shape) {
        Tensor tensor = Tensor.allocate(owner, type, shape);
        SplittableRandom random = new SplittableRandom(7);
        for (long index = 0; index < tensor.elements(); index++) {
            double value = type.isFloating() ? random.nextDouble() : random.nextInt();
            tensor.reshape(tensor.elements()).set(value, index);
        }
        return tensor;
    }
}
