package dev.spectraledge.trainer.io.torch;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.io.RegularFile;
import dev.spectraledge.trainer.io.SafetensorsType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A file that {@code torch.save} has written ({@code .pt}, {@code .pth}, {@code .bin}, {@code .ckpt}), mapped into memory once:
 * its tensors are slices. Nothing in it is executed. Every failure is a {@link RunException} with one line that names the file
 * and what is wrong. Reading is safe from several threads.
 */
public final class TorchFile implements AutoCloseable {
    private static final String PICKLE = "data.pkl";
    /** How every file begins that PyTorch wrote before it wrote zip archives: protocol 2, then its magic number. */
    private static final byte[] LEGACY = {
        (byte) 0x80,
        2,
        (byte) 0x8a,
        10,
        0x6c,
        (byte) 0xfc,
        (byte) 0x9c,
        0x46,
        (byte) 0xf9,
        0x20,
        0x6a,
        (byte) 0xa8,
        0x50,
        0x19
    };

    private final Path file;
    private final Arena arena;
    private final long size;
    private final Map<String, MemorySegment> entries;
    private final String folder;
    private final Map<Object, TorchStorage> storages = new HashMap<>();
    private final Map<Object, MemorySegment> copies = new HashMap<>();
    private long copied;
    private final Object content;

    private TorchFile(Path file, Arena arena, MemorySegment bytes) {
        this.file = file;
        this.arena = arena;
        size = bytes.byteSize();
        requireZip(bytes);
        try {
            entries = StoredZip.entries(bytes);
        } catch (IllegalArgumentException damaged) {
            throw new RunException(file + ": " + damaged.getMessage(), damaged);
        }
        folder = folder();
        content = new PickleReader(file, entries.get(folder + PICKLE).asByteBuffer(), this::storage).read();
    }

    /**
     * Maps a file and reads what it describes.
     *
     * @throws RunException if it cannot be read, is not what {@code torch.save} writes, or holds anything but tensors,
     *     plain values and known harmless objects
     */
    public static TorchFile open(Path file) {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = RegularFile.open(file)) {
            return new TorchFile(file, arena, channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
        } catch (IOException failure) {
            arena.close();
            throw RunException.of("cannot read", file, failure);
        } catch (RuntimeException | Error failure) {
            arena.close();
            throw failure;
        }
    }

    private void requireZip(MemorySegment bytes) {
        if (bytes.byteSize() >= LEGACY.length
                && bytes.asSlice(0, LEGACY.length).mismatch(MemorySegment.ofArray(LEGACY)) < 0) {
            throw new RunException(
                    file + ": is in the form that PyTorch wrote before version 1.6, which cannot be read; load it "
                            + "with torch.load and save it again with torch.save");
        }
        if (!StoredZip.isZip(bytes)) {
            throw new RunException(file + ": is not a file of torch.save, which begins as a zip archive");
        }
    }

    /** The folder of the archive in which everything is, with its slash. */
    private String folder() {
        List<String> pickles = entries.keySet().stream()
                .filter(name -> name.endsWith("/" + PICKLE) && name.indexOf('/') == name.lastIndexOf('/'))
                .toList();
        if (pickles.size() != 1) {
            throw new RunException(file + ": is a zip archive, but not one of torch.save: it has "
                    + (pickles.isEmpty() ? "no" : "several") + " entries " + PICKLE);
        }
        String found = pickles.getFirst().substring(0, pickles.getFirst().length() - PICKLE.length());
        if (entries.containsKey(found + "constants.pkl")) {
            throw new RunException(
                    file + ": is a TorchScript program, not a state_dict; save model.state_dict() with torch.save");
        }
        MemorySegment order = entries.get(found + "byteorder");
        if (order != null && !text(order).equals("little")) {
            throw new RunException(
                    file + ": its byte order is '" + Printable.value(text(order)) + "', only 'little' is read");
        }
        return found;
    }

    private static String text(MemorySegment bytes) {
        byte[] first = bytes.asSlice(0, Math.min(bytes.byteSize(), 16)).toArray(ValueLayout.JAVA_BYTE);
        return new String(first, StandardCharsets.UTF_8);
    }

    /** From {@code ('storage', type, key, device, elements)}; what has a type that is not read here becomes inert. */
    private Object storage(List<Object> id) {
        if (id.size() != 5
                || !"storage".equals(id.get(0))
                || !(id.get(2) instanceof String key)
                || !(id.get(4) instanceof Long elements)) {
            throw new IllegalArgumentException("no identifier of a storage");
        }
        if (id.get(1) instanceof Inert unread) {
            return unread;
        }
        if (!(id.get(1) instanceof SafetensorsType type)) {
            throw new IllegalArgumentException("a storage has a known type");
        }
        MemorySegment bytes = entries.get(folder + "data/" + key);
        if (bytes == null) {
            throw new IllegalArgumentException("storage '" + Printable.value(key) + "' is not in the archive");
        }
        if (elements < 0 || elements > bytes.byteSize() / type.bytes()) {
            throw new IllegalArgumentException("storage '" + Printable.value(key) + "' should have " + elements
                    + " elements " + type + ", its entry has " + bytes.byteSize() + " bytes");
        }
        return storages.computeIfAbsent(
                List.of(key, type, elements),
                absent -> new TorchStorage(key, type, bytes.asSlice(0, elements * type.bytes())));
    }

    public Path path() {
        return file;
    }

    /**
     * What was saved: {@code Map} (in order), {@code List}, {@code String}, {@code byte[]}, {@code Long}, {@code BigInteger},
     * {@code Double}, {@code Boolean}, {@code null}, {@link TorchTensor}, or something without meaning. Whoever goes
     * through it must bound the depth, as a value may contain itself.
     */
    public Object content() {
        return content;
    }

    /**
     * The elements of a tensor in row-major order, read-only, until the file is closed: a slice of the file, or a copy if its
     * layout is another one, as of a transposed matrix.
     *
     * @throws RunException if the copies together would be larger than the file, which overlapping views alone can cause
     */
    public MemorySegment data(TorchTensor tensor) {
        int width = tensor.type().bytes();
        if (tensor.isContiguous()) {
            return tensor.storage().bytes().asSlice(tensor.offset() * width, tensor.elements() * width);
        }
        synchronized (copies) {
            return copies.computeIfAbsent(tensor.identity(), absent -> copy(tensor));
        }
    }

    private MemorySegment copy(TorchTensor tensor) {
        int width = tensor.type().bytes();
        long bytes = tensor.elements() * width;
        copied += bytes;
        if (copied > size) {
            throw new RunException(file + ": its tensors that overlap or are strided have more elements than the file");
        }
        MemorySegment copy = arena.allocate(bytes, Long.BYTES);
        new StridedCopy(tensor, copy).run();
        return copy.asReadOnly();
    }

    /** Unmaps the file; closing twice does nothing. */
    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
