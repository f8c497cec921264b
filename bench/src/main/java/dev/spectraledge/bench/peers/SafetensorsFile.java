package dev.spectraledge.bench.peers;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A safetensors file read whole into memory: an 8-byte header length, a JSON header, the little-endian data. */
public final class SafetensorsFile {

    private final Path path;
    private final ByteBuffer data;
    private final Map<String, Entry> entries;

    private SafetensorsFile(Path path, ByteBuffer data, Map<String, Entry> entries) {
        this.path = path;
        this.data = data;
        this.entries = entries;
    }

    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    private record Entry(String type, long[] shape, long begin, long end) {}

    /**
     * A float32 tensor on the heap.
     *
     * @param shape its dimensions
     * @param values row-major
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
    public record FloatArray(long[] shape, float[] values) {}

    static SafetensorsFile read(Path path) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(path)).order(ByteOrder.LITTLE_ENDIAN);
        long headerLength = bytes.remaining() < Long.BYTES ? -1 : bytes.getLong();
        if (headerLength < 0 || headerLength > bytes.remaining()) {
            throw new IOException(path + " is no safetensors file: header length " + headerLength + " of "
                    + bytes.capacity() + " bytes");
        }
        byte[] header = new byte[(int) headerLength];
        bytes.get(header);
        return new SafetensorsFile(path, bytes.slice().order(ByteOrder.LITTLE_ENDIAN), entries(header));
    }

    Set<String> names() {
        return entries.keySet();
    }

    FloatArray floats(String name) throws IOException {
        Entry entry = entry(name, "F32");
        float[] values = new float[(int) ((entry.end - entry.begin) / Float.BYTES)];
        bytes(entry).asFloatBuffer().get(values);
        return new FloatArray(entry.shape, values);
    }

    int[][] integerRows(String name) throws IOException {
        Entry entry = entry(name, "I32");
        int[][] rows = new int[(int) entry.shape[0]][(int) entry.shape[1]];
        var integers = bytes(entry).asIntBuffer();
        for (int[] row : rows) {
            integers.get(row);
        }
        return rows;
    }

    private ByteBuffer bytes(Entry entry) {
        return data.slice((int) entry.begin, (int) (entry.end - entry.begin)).order(ByteOrder.LITTLE_ENDIAN);
    }

    private Entry entry(String name, String type) throws IOException {
        Entry entry = entries.get(name);
        if (entry == null) {
            throw new IOException(path + " has no tensor " + name);
        }
        if (!entry.type.equals(type)) {
            throw new IOException(path + ": tensor " + name + " has type " + entry.type + ", expected " + type);
        }
        return entry;
    }

    private static Map<String, Entry> entries(byte[] header) throws IOException {
        Map<String, Entry> entries = new LinkedHashMap<>();
        try (JsonParser parser = new JsonFactory().createParser(header)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                parser.nextToken();
                if (name.equals("__metadata__")) {
                    parser.skipChildren();
                } else {
                    entries.put(name, entry(parser));
                }
            }
        }
        return entries;
    }

    private static Entry entry(JsonParser parser) throws IOException {
        String type = "";
        List<Long> shape = List.of();
        List<Long> offsets = List.of();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            switch (field) {
                case "dtype" -> type = parser.getText();
                case "shape" -> shape = integers(parser);
                case "data_offsets" -> offsets = integers(parser);
                default -> throw new IOException("unknown safetensors field " + field);
            }
        }
        return new Entry(type, shape.stream().mapToLong(Long::longValue).toArray(), offsets.get(0), offsets.get(1));
    }

    private static List<Long> integers(JsonParser parser) throws IOException {
        List<Long> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            values.add(parser.getLongValue());
        }
        return values;
    }
}
