package dev.spectraledge.trainer.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The JSON header of a safetensors file, checked completely against the size of the data that follow it. Format: 8 bytes
 * little-endian header length, the header, the data; <a
 * href="https://github.com/huggingface/safetensors#format">github.com/huggingface/safetensors</a>.
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
    /** The format's own limit on the length of the header in bytes. */
    static final long MAXIMUM_LENGTH = 100_000_000;

    private static final String METADATA = "__metadata__";
    private static final JsonFactory JSON = new JsonFactory();

    /** Where one tensor lies; offsets count bytes from the start of the data. */
    record Entry(SafetensorsType type, List<Long> shape, long from, long to) {
        long[] sizes() {
            return shape.stream().mapToLong(Long::longValue).toArray();
        }
    }

    /**
     * Reads and checks a header.
     *
     * @param dataBytes size of the file after the header
     * @throws RunException with one line that names the file, the tensor and what is wrong
     */
    static SafetensorsHeader parse(Path file, byte[] header, long dataBytes) {
        try (JsonParser parser = JSON.createParser(header)) {
            SafetensorsHeader parsed = new Reader(file, parser).readAll();
            parsed.requireExactCover(file, dataBytes);
            return parsed;
        } catch (JsonProcessingException malformed) {
            throw new RunException(
                    file + ": the header is not valid JSON: " + oneLine(malformed.getOriginalMessage()), malformed);
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    private static String oneLine(String message) {
        return message.lines().findFirst().orElse("");
    }

    /** Every byte of the data must belong to exactly one tensor. */
    private void requireExactCover(Path file, long dataBytes) {
        List<Map.Entry<String, Entry>> ordered = new ArrayList<>(entries.entrySet());
        ordered.sort(Comparator.comparingLong((Map.Entry<String, Entry> named) -> named.getValue().from)
                .thenComparingLong(named -> named.getValue().to));
        long end = 0;
        String previous = null;
        for (Map.Entry<String, Entry> named : ordered) {
            Entry entry = named.getValue();
            String where = file + ": tensor '" + named.getKey() + "'";
            String offsets = " (data_offsets [" + entry.from + ", " + entry.to + "])";
            if (entry.to > dataBytes) {
                throw new RunException(where + " ends beyond the file" + offsets + ", which holds " + dataBytes
                        + " bytes of data: the file is truncated or its header is wrong");
            }
            if (entry.from < end) {
                throw new RunException(where + " overlaps tensor '" + previous + "'" + offsets);
            }
            if (entry.from > end) {
                throw new RunException(
                        where + " leaves a hole of " + (entry.from - end) + " bytes before it" + offsets);
            }
            end = entry.to;
            previous = named.getKey();
        }
        if (end != dataBytes) {
            throw new RunException(
                    file + ": the header describes " + end + " bytes of data, the file holds " + dataBytes);
        }
    }

    private static final class Reader {
        private final Path file;
        private final JsonParser parser;

        Reader(Path file, JsonParser parser) {
            this.file = file;
            this.parser = parser;
        }

        SafetensorsHeader readAll() throws IOException {
            expect(JsonToken.START_OBJECT, "the header");
            Map<String, Entry> entries = new LinkedHashMap<>();
            Map<String, String> metadata = null;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                if (name.equals(METADATA)) {
                    if (metadata != null) {
                        throw fault("the header", "holds " + METADATA + " twice");
                    }
                    metadata = readMetadata();
                } else if (entries.put(name, readEntry("tensor '" + name + "'")) != null) {
                    throw fault("tensor '" + name + "'", "appears twice in the header");
                }
            }
            if (parser.nextToken() != null) {
                throw fault("the header", "goes on after its closing brace");
            }
            return new SafetensorsHeader(
                    Collections.unmodifiableMap(entries),
                    metadata == null ? Map.of() : Collections.unmodifiableMap(metadata));
        }

        private Map<String, String> readMetadata() throws IOException {
            expect(JsonToken.START_OBJECT, METADATA);
            Map<String, String> metadata = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                expect(JsonToken.VALUE_STRING, METADATA + " key '" + key + "'");
                if (metadata.put(key, parser.getText()) != null) {
                    throw fault(METADATA, "holds key '" + key + "' twice");
                }
            }
            return metadata;
        }

        private Entry readEntry(String tensor) throws IOException {
            expect(JsonToken.START_OBJECT, tensor);
            String type = null;
            List<Long> shape = null;
            List<Long> offsets = null;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                boolean repeated = false;
                switch (key) {
                    case "dtype" -> {
                        expect(JsonToken.VALUE_STRING, tensor + ", dtype");
                        repeated = type != null;
                        type = parser.getText();
                    }
                    case "shape" -> {
                        repeated = shape != null;
                        shape = readNaturals(tensor + ", shape");
                    }
                    case "data_offsets" -> {
                        repeated = offsets != null;
                        offsets = readNaturals(tensor + ", data_offsets");
                    }
                    default -> throw fault(tensor, "has an unknown property '" + key + "'");
                }
                if (repeated) {
                    throw fault(tensor, "has two properties '" + key + "'");
                }
            }
            if (type == null || shape == null || offsets == null) {
                throw fault(tensor, "lacks " + (type == null ? "dtype" : shape == null ? "shape" : "data_offsets"));
            }
            return checkedEntry(tensor, type, List.copyOf(shape), offsets);
        }

        private Entry checkedEntry(String tensor, String typeName, List<Long> shape, List<Long> offsets) {
            if (!SafetensorsType.names().contains(typeName)) {
                throw fault(
                        tensor,
                        "has unknown dtype '" + typeName + "'; known are "
                                + String.join(", ", SafetensorsType.names()));
            }
            SafetensorsType type = SafetensorsType.valueOf(typeName);
            if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
                throw fault(tensor, "has data_offsets " + offsets + "; needed are a start and an end");
            }
            long needed = type.bytes();
            try {
                for (long size : shape) {
                    needed = Math.multiplyExact(needed, size);
                }
            } catch (ArithmeticException overflow) {
                throw fault(tensor, "has an impossible shape " + shape);
            }
            long held = offsets.get(1) - offsets.get(0);
            if (needed != held) {
                throw fault(
                        tensor,
                        String.format(
                                Locale.ROOT,
                                "of shape %s and dtype %s needs %d bytes, its data_offsets %s hold %d",
                                shape,
                                typeName,
                                needed,
                                offsets,
                                held));
            }
            return new Entry(type, shape, offsets.get(0), offsets.get(1));
        }

        private List<Long> readNaturals(String where) throws IOException {
            expect(JsonToken.START_ARRAY, where);
            List<Long> numbers = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                boolean isLong = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
                if (!isLong || parser.getLongValue() < 0) {
                    throw fault(where, "holds '" + parser.getText() + "' where a size in 0 … 2^63−1 belongs");
                }
                numbers.add(parser.getLongValue());
            }
            return numbers;
        }

        private void expect(JsonToken expected, String where) throws IOException {
            JsonToken token = parser.nextToken();
            if (token != expected) {
                throw fault(where, "should be " + describe(expected) + ", found " + describe(token));
            }
        }

        private static String describe(JsonToken token) {
            if (token == null) {
                return "its end";
            }
            return switch (token) {
                case START_OBJECT -> "a JSON object";
                case START_ARRAY -> "a JSON array";
                case VALUE_STRING -> "a string";
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
                default -> token.name().toLowerCase(Locale.ROOT).replace("value_", "");
            };
        }

        private RunException fault(String where, String what) {
            return new RunException(file + ": " + where + " " + what);
        }
    }
}
