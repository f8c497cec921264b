package dev.spectraledge.trainer.io;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/**
 * A safetensors file, mapped into memory and checked completely when it is opened: whatever its header says is true of the
 * file. Every failure is a {@link RunException} with one line that names the file, the tensor and what is wrong. Reading
 * is safe from several threads.
 */
public final class SafetensorsFile implements AutoCloseable {
    /** 2⁵⁰⁰: differences of such numbers can be squared, and 2²⁰ and more of the squares be added, without overflow. */
    private static final double LARGEST_MEASURED = 0x1p500;

    private static final int LENGTH_BYTES = Long.BYTES;

    private final Path file;
    private final Arena arena;
    private final SafetensorsHeader header;
    private final MemorySegment data;

    private SafetensorsFile(Path file, Arena arena, SafetensorsHeader header, MemorySegment data) {
        this.file = file;
        this.arena = arena;
        this.header = header;
        this.data = data;
    }

    /** Checks the header of {@code file} against it, and maps its data. */
    public static SafetensorsFile open(Path file) {
        try (FileChannel channel = RegularFile.open(file)) {
            long size = channel.size();
            if (size < LENGTH_BYTES) {
                throw new RunException(file + ": truncated: " + size
                        + " bytes are too few for a safetensors file, which starts with its header's length in"
                        + " 8 bytes");
            }
            long headerLength =
                    read(channel, LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
            requireSaneLength(file, headerLength, size - LENGTH_BYTES);
            long dataBytes = size - LENGTH_BYTES - headerLength;
            byte[] json = read(channel, (int) headerLength).array();
            SafetensorsHeader header = SafetensorsHeader.parse(file, json, dataBytes);
            return map(file, channel, header, LENGTH_BYTES + headerLength, dataBytes);
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    /** The next bytes of a file that has had as many; one that has been cut meanwhile is refused. */
    private static ByteBuffer read(FileChannel channel, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("it was cut while it was read");
            }
        }
        return buffer.flip();
    }

    private static SafetensorsFile map(Path file, FileChannel channel, SafetensorsHeader header, long from, long bytes)
            throws IOException {
        Arena arena = Arena.ofShared();
        try {
            return new SafetensorsFile(
                    file, arena, header, channel.map(FileChannel.MapMode.READ_ONLY, from, bytes, arena));
        } catch (IOException | RuntimeException | Error failure) {
            arena.close();
            throw failure;
        }
    }

    private static void requireSaneLength(Path file, long headerLength, long available) {
        if (headerLength < 2 || headerLength > SafetensorsHeader.MAXIMUM_LENGTH) {
            throw new RunException(file + ": not a safetensors file: its first 8 bytes announce a header of "
                    + Long.toUnsignedString(headerLength) + " bytes; 2 to " + SafetensorsHeader.MAXIMUM_LENGTH
                    + " are possible");
        }
        if (headerLength > available) {
            throw new RunException(file + ": truncated: the header should have " + headerLength
                    + " bytes, the file has " + available + " after its first 8");
        }
    }

    public Path path() {
        return file;
    }

    /** Names of the tensors, in the order of the header. */
    public Set<String> names() {
        return header.entries().keySet();
    }

    public boolean contains(String name) {
        return header.entries().containsKey(name);
    }

    /** The free-form strings of the header's {@code __metadata__}; empty if there are none. */
    public Map<String, String> metadata() {
        return header.metadata();
    }

    /** Type of the elements in the file. */
    public SafetensorsType type(String name) {
        return entry(name).type();
    }

    public long[] shape(String name) {
        return entry(name).sizes();
    }

    /** The elements of a tensor as they lie in the file, read-only, until the file is closed; they need not be aligned. */
    public MemorySegment data(String name) {
        SafetensorsHeader.Entry entry = entry(name);
        return data.asSlice(entry.from(), entry.to() - entry.from());
    }

    /**
     * Copies a tensor into {@code target}, which may be a strided view. Floating-point types are converted into one another
     * (rounding to nearest), integers into 32-bit integers; the shapes must be equal.
     */
    public void copyTo(String name, Tensor target) {
        SafetensorsHeader.Entry entry = entry(name);
        if (!Arrays.equals(entry.sizes(), target.shape())) {
            throw new RunException(where(name) + " has shape " + Printable.value(entry.shape()) + ", needed is "
                    + Arrays.toString(target.shape()));
        }
        if (entry.type().isFloating() != target.type().isFloating()) {
            throw new RunException(where(name) + " holds " + entry.type() + ", needed are "
                    + (target.type().isFloating() ? "floating-point numbers" : "integers"));
        }
        MemorySegment source = data(name);
        boolean sameBytes = entry.type().name().equals(target.type().safetensorsName())
                && ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
        MemorySegment destination = target.segment();
        long[] position = {0};
        TensorRows.forEach(target, (offset, elements) -> {
            if (sameBytes) {
                long bytes = elements * target.type().bytes();
                MemorySegment.copy(source, position[0] * target.type().bytes(), destination, offset, bytes);
            } else {
                convert(name, source, position[0], target.type(), destination.asSlice(offset), elements);
            }
            position[0] += elements;
        });
    }

    /** A new tensor with the values and the shape in the file; see {@link SafetensorsType#memoryType()} for its type. */
    public Tensor read(MemoryOwner owner, String name) {
        Tensor tensor = Tensor.allocate(owner, type(name).memoryType(), shape(name));
        copyTo(name, tensor);
        return tensor;
    }

    /** Fails if a floating-point tensor holds a NaN or an infinity, naming the first one. */
    public void requireFinite() {
        names().forEach(this::requireFinite);
    }

    /** Fails if tensor {@code name} holds a NaN or an infinity, naming the first one; integers always pass. */
    public void requireFinite(String name) {
        requireWithin(name, Double.MAX_VALUE);
    }

    /**
     * The same, and fails as well if the tensor holds a number beyond 2⁵⁰⁰, which is finite, but whose norm, or that of a
     * difference, might not be.
     */
    public void requireMeasurable(String name) {
        requireWithin(name, LARGEST_MEASURED);
    }

    private void requireWithin(String name, double largest) {
        SafetensorsHeader.Entry entry = entry(name);
        if (!entry.type().isFloating()) {
            return;
        }
        MemorySegment source = data(name);
        long elements = source.byteSize() / entry.type().bytes();
        for (long index = 0; index < elements; index++) {
            double value = entry.type().real(source, index);
            if (!Double.isFinite(value)) {
                throw new RunException(
                        where(name) + " holds " + value + at(index, entry) + "; all values must be finite");
            }
            if (Math.abs(value) > largest) {
                throw new RunException(where(name) + " holds " + value + at(index, entry)
                        + ", which is too large to be squared and added up in double precision (at most " + largest
                        + ")");
            }
        }
    }

    private void convert(
            String name, MemorySegment source, long first, DType type, MemorySegment destination, long elements) {
        SafetensorsHeader.Entry entry = entry(name);
        for (long index = 0; index < elements; index++) {
            switch (type) {
                case FLOAT32 -> {
                    double value = entry.type().real(source, first + index);
                    if (Float.isInfinite((float) value) && !Double.isInfinite(value)) {
                        throw new RunException(where(name) + " holds " + value + at(first + index, entry)
                                + ", which is too large for 32-bit floating-point numbers (at most "
                                + Float.MAX_VALUE + ")");
                    }
                    destination.setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) value);
                }
                case FLOAT64 ->
                    destination.setAtIndex(
                            ValueLayout.JAVA_DOUBLE, index, entry.type().real(source, first + index));
                case INT32 -> {
                    long value = entry.type().integer(source, first + index);
                    if (value != (int) value) {
                        throw new RunException(where(name) + " holds " + value + at(first + index, entry)
                                + ", which does not fit a 32-bit integer");
                    }
                    destination.setAtIndex(ValueLayout.JAVA_INT, index, (int) value);
                }
            }
        }
    }

    private static String at(long index, SafetensorsHeader.Entry entry) {
        return " at index " + Arrays.toString(position(index, entry.sizes()));
    }

    private static long[] position(long index, long[] shape) {
        long[] position = new long[shape.length];
        long rest = index;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            position[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        return position;
    }

    private SafetensorsHeader.Entry entry(String name) {
        SafetensorsHeader.Entry entry = header.entries().get(name);
        if (entry == null) {
            throw new RunException(
                    file + ": has no " + SafetensorsHeader.tensor(name) + NearestName.hint(name, names()));
        }
        return entry;
    }

    private String where(String name) {
        return file + ": " + SafetensorsHeader.tensor(name);
    }

    /** Unmaps the file; closing twice does nothing. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
