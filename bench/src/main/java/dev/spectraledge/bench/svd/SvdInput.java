package dev.spectraledge.bench.svd;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A float32 matrix in a file of nothing but its rows: a product of Gaussian factors whose directions are 0.8 times as strong
 * from one to the next, and noise.
 *
 * @param rank singular values that are asked for
 */
record SvdInput(int rows, int columns, int rank) {
    private static final int DIRECTIONS = 40;
    private static final double RATIO = 0.8;
    private static final double NOISE = 1e-3;
    private static final int BLOCK = 1 << 12;

    String name() {
        return rows + "x" + columns;
    }

    long bytes() {
        return (long) rows * columns * Float.BYTES;
    }

    /** The file in {@code folder}, written unless it is there. */
    Path file(Path folder) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(name() + ".f32");
        if (!Files.exists(file)) {
            Path unfinished = folder.resolve(name() + ".partial");
            write(unfinished);
            Files.move(unfinished, file);
        }
        return file;
    }

    /** The mapped matrix; valid as long as the arena. */
    Tensor map(Path file, MemoryOwner owner, Arena arena) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            MemorySegment data = channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes(), arena);
            return Tensor.wrap(owner, DType.FLOAT32, data, rows, columns);
        }
    }

    private void write(Path file) throws IOException {
        CpuBackend backend = new CpuBackend();
        int directions = Math.min(DIRECTIONS, columns);
        try (MemoryOwner owner = MemoryOwner.open("input of a decomposition");
                Arena arena = Arena.ofConfined();
                FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            MemorySegment data = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes(), arena);
            Tensor right = Tensor.allocate(owner, DType.FLOAT32, 1, directions, columns);
            backend.normal(key(1), 0, 1, right.reshape(1, right.elements()));
            for (int direction = 0; direction < directions; direction++) {
                backend.scale(Math.pow(RATIO, direction), right.at(0).slice(0, direction, direction + 1L));
            }
            Tensor left = Tensor.allocate(owner, DType.FLOAT32, 1, BLOCK, directions);
            Tensor block = Tensor.allocate(owner, DType.FLOAT32, 1, BLOCK, columns);
            for (int from = 0; from < rows; from += BLOCK) {
                int count = Math.min(BLOCK, rows - from);
                backend.normal(key(2L + 2L * from), 0, 1, left.reshape(1, left.elements()));
                backend.normal(key(3L + 2L * from), 0, NOISE, block.reshape(1, block.elements()));
                backend.gemm(false, false, 1, left, right, 1, block);
                long bytes = (long) count * columns * Float.BYTES;
                MemorySegment.copy(block.segment(), 0, data, (long) from * columns * Float.BYTES, bytes);
            }
        }
    }

    private static PhiloxKey[] key(long stream) {
        return new PhiloxKey[] {new PhiloxKey(7, stream)};
    }
}
