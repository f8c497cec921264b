package dev.spectraledge.trainer.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Writes safetensors files, whole or not at all. The bytes of the elements are those in memory, unless they are rounded. The data start at a
 * multiple of 8 bytes and wider elements come first, so that every tensor is aligned in a memory-mapped file; the header
 * keeps the order of the given map.
 */
public final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;
    private static final int LONGEST_WRITE = 1 << 28;
    /** Short rows of a strided view are gathered in a buffer of this size, so that each is not a write of its own. */
    private static final int GATHERED_BYTES = 1 << 20;

    private static final JsonFactory JSON = new JsonFactory();

    private SafetensorsWriter() {}

    /**
     * A tensor as it is written.
     *
     * @param name of its type in a file
     * @param width bytes of an element
     */
    private record Stored(Tensor tensor, String name, int width) {
        static Stored whole(Tensor tensor) {
            return new Stored(
                    tensor, tensor.type().safetensorsName(), tensor.type().bytes());
        }

        static Stored rounded(Tensor tensor) {
            return tensor.type().isFloating()
                    ? new Stored(tensor, SafetensorsType.BF16.name(), SafetensorsType.BF16.bytes())
                    : whole(tensor);
        }

        boolean isRounded() {
            return width < tensor.type().bytes();
        }

        long bytes() {
            return Math.multiplyExact(tensor.elements(), width);
        }
    }

    /**
     * Writes tensors, which may be strided views, and metadata.
     *
     * @throws dev.spectraledge.trainer.RunException with one line if the disk is full or the folder cannot be written;
     *     no partial file stays behind
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
        write(file, tensors, metadata, Stored::whole);
    }

    /** The same with floating-point numbers rounded to bfloat16, in half the space or less. */
    public static void writeRounded(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
        write(file, tensors, metadata, Stored::rounded);
    }

    private static void write(
            Path file, Map<String, Tensor> given, Map<String, String> metadata, Function<Tensor, Stored> form) {
        Map<String, Stored> tensors = new LinkedHashMap<>();
        given.forEach((name, tensor) -> tensors.put(name, form.apply(tensor)));
        List<Map.Entry<String, Stored>> dataOrder = new ArrayList<>(tensors.entrySet());
        dataOrder.sort(Comparator.comparingInt(named -> -named.getValue().width()));
        byte[] header = header(tensors, dataOrder, metadata);
        AtomicFile.write(file, channel -> {
            ByteBuffer start = ByteBuffer.allocate(Long.BYTES + header.length).order(ByteOrder.LITTLE_ENDIAN);
            start.putLong(header.length).put(header).flip();
            AtomicFile.writeFully(channel, start);
            for (Map.Entry<String, Stored> named : dataOrder) {
                if (named.getValue().isRounded()) {
                    writeRounded(channel, named.getValue().tensor());
                } else {
                    writeElements(channel, named.getValue().tensor());
                }
            }
        });
    }

    private static byte[] header(
            Map<String, Stored> tensors, List<Map.Entry<String, Stored>> dataOrder, Map<String, String> metadata) {
        Map<String, Long> offsets = new HashMap<>();
        long end = 0;
        for (Map.Entry<String, Stored> named : dataOrder) {
            offsets.put(named.getKey(), end);
            end = Math.addExact(end, named.getValue().bytes());
        }
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectFieldStart("__metadata__");
                for (Map.Entry<String, String> entry : metadata.entrySet()) {
                    json.writeStringField(entry.getKey(), entry.getValue());
                }
                json.writeEndObject();
            }
            for (Map.Entry<String, Stored> named : tensors.entrySet()) {
                long from = offsets.get(named.getKey());
                writeEntry(json, named.getKey(), named.getValue(), from);
            }
            json.writeEndObject();
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory failed", impossible);
        }
        while ((Long.BYTES + text.size()) % ALIGNMENT != 0) {
            text.write(' ');
        }
        return text.toByteArray();
    }

    private static void writeEntry(JsonGenerator json, String name, Stored stored, long from) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeStringField("dtype", stored.name());
        json.writeArrayFieldStart("shape");
        for (long size : stored.tensor().shape()) {
            json.writeNumber(size);
        }
        json.writeEndArray();
        json.writeArrayFieldStart("data_offsets");
        json.writeNumber(from);
        json.writeNumber(from + stored.bytes());
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeRounded(FileChannel channel, Tensor tensor) throws IOException {
        MemorySegment segment = tensor.segment();
        DType type = tensor.type();
        ByteBuffer gathered = ByteBuffer.allocate(GATHERED_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        TensorRows.forEach(tensor, (offset, elements) -> {
            for (long at = offset; at < offset + elements * type.bytes(); at += type.bytes()) {
                if (!gathered.hasRemaining()) {
                    AtomicFile.writeFully(channel, gathered.flip());
                    gathered.clear();
                }
                gathered.putShort(Bfloat16.nearest(
                        type == DType.FLOAT64
                                ? segment.get(ValueLayout.JAVA_DOUBLE, at)
                                : segment.get(ValueLayout.JAVA_FLOAT, at)));
            }
        });
        AtomicFile.writeFully(channel, gathered.flip());
    }

    private static void writeElements(FileChannel channel, Tensor tensor) throws IOException {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new IOException("safetensors needs a little-endian machine");
        }
        MemorySegment segment = tensor.segment();
        int width = tensor.type().bytes();
        ByteBuffer gathered = ByteBuffer.allocate(tensor.isContiguous() ? 0 : GATHERED_BYTES);
        TensorRows.forEach(tensor, (offset, elements) -> {
            long bytes = elements * width;
            if (bytes > gathered.remaining()) {
                AtomicFile.writeFully(channel, gathered.flip());
                gathered.clear();
            }
            if (bytes <= gathered.remaining()) {
                gathered.put(segment.asSlice(offset, bytes).asByteBuffer());
            } else {
                writePiece(channel, segment, offset, bytes);
            }
        });
        AtomicFile.writeFully(channel, gathered.flip());
    }

    private static void writePiece(FileChannel channel, MemorySegment segment, long offset, long bytes)
            throws IOException {
        for (long done = 0; done < bytes; done += LONGEST_WRITE) {
            long length = Math.min(LONGEST_WRITE, bytes - done);
            AtomicFile.writeFully(
                    channel, segment.asSlice(offset + done, length).asByteBuffer());
        }
    }
}
