package dev.spectraledge.trainer.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.spectraledge.trainer.RunException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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

    /** As in NumPy and PyTorch. */
    private static final int MOST_AXES = 64;

    private static final String METADATA = "__metadata__";
    private static final String HEADER = "the header";
    /** Names of strangers' tensors are not kept for ever, as Jackson does by default. */
    private static final JsonFactory JSON = new JsonFactoryBuilder()
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .build();

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
        // From bytes, Jackson would also take other encodings, which the format does not know.
        Reader text = new InputStreamReader(new ByteArrayInputStream(header), StandardCharsets.UTF_8.newDecoder());
        try (JsonParser parser = JSON.createParser(text)) {
            SafetensorsHeader parsed = new HeaderReader(file, parser).readAll();
            parsed.requireExactCover(file, dataBytes);
            return parsed;
        } catch (JsonProcessingException malformed) {
            throw new RunException(
                    file + ": the header is not valid JSON: " + Printable.value(malformed.getOriginalMessage()),
                    malformed);
        } catch (CharacterCodingException binary) {
            throw new RunException(file + ": the header is not valid UTF-8", binary);
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    static String tensor(String name) {
        return "tensor '" + Printable.value(name) + "'";
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
            if (entry.to > dataBytes) {
                throw misplaced(
                        file,
                        named,
                        "ends beyond the file",
                        ", which holds " + dataBytes + " bytes of data: the file is truncated or its header is wrong");
            }
            if (entry.from < end) {
                throw misplaced(file, named, "overlaps " + tensor(previous), "");
            }
            if (entry.from > end) {
                throw misplaced(file, named, "leaves a hole of " + (entry.from - end) + " bytes before it", "");
            }
            end = entry.to;
            previous = named.getKey();
        }
        if (end != dataBytes) {
            throw new RunException(
                    file + ": the header describes " + end + " bytes of data, the file holds " + dataBytes);
        }
    }

    private static RunException misplaced(Path file, Map.Entry<String, Entry> named, String what, String why) {
        Entry entry = named.getValue();
        return new RunException(file + ": " + tensor(named.getKey()) + " " + what + " (data_offsets [" + entry.from
                + ", " + entry.to + "])" + why);
    }

    private static final class HeaderReader {
        private final Path file;
        private final JsonParser parser;
        /** What is read now, put into words only where it is at fault: a header can hold very many tensors. */
        private String subject = HEADER;

        private String part = "";

        HeaderReader(Path file, JsonParser parser) {
            this.file = file;
            this.parser = parser;
        }

        SafetensorsHeader readAll() throws IOException {
            expect(JsonToken.START_OBJECT);
            Map<String, Entry> entries = new LinkedHashMap<>();
            Map<String, String> metadata = null;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                subject = parser.currentName();
                if (subject.equals(METADATA)) {
                    if (metadata != null) {
                        subject = HEADER;
                        throw fault("holds " + METADATA + " twice");
                    }
                    metadata = readMetadata();
                } else if (entries.put(subject, readEntry()) != null) {
                    throw fault("appears twice in the header");
                }
            }
            subject = HEADER;
            if (parser.nextToken() != null) {
                throw fault("goes on after its closing brace");
            }
            return new SafetensorsHeader(
                    Collections.unmodifiableMap(entries),
                    metadata == null ? Map.of() : Collections.unmodifiableMap(metadata));
        }

        private Map<String, String> readMetadata() throws IOException {
            expect(JsonToken.START_OBJECT);
            Map<String, String> metadata = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                if (parser.nextToken() != JsonToken.VALUE_STRING) {
                    part = " key '" + Printable.value(key) + "'";
                    throw unexpected(JsonToken.VALUE_STRING);
                }
                if (metadata.put(key, parser.getText()) != null) {
                    throw fault("holds key '" + Printable.value(key) + "' twice");
                }
            }
            return metadata;
        }

        private Entry readEntry() throws IOException {
            expect(JsonToken.START_OBJECT);
            String type = null;
            List<Long> shape = null;
            List<Long> offsets = null;
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                boolean repeated = false;
                switch (key) {
                    case "dtype" -> {
                        part = ", dtype";
                        expect(JsonToken.VALUE_STRING);
                        repeated = type != null;
                        type = parser.getText();
                    }
                    case "shape" -> {
                        part = ", shape";
                        repeated = shape != null;
                        shape = readNaturals();
                    }
                    case "data_offsets" -> {
                        part = ", data_offsets";
                        repeated = offsets != null;
                        offsets = readNaturals();
                    }
                    default -> throw fault("has an unknown property '" + Printable.value(key) + "'");
                }
                part = "";
                if (repeated) {
                    throw fault("has two properties '" + key + "'");
                }
            }
            if (type == null || shape == null || offsets == null) {
                throw fault("lacks " + (type == null ? "dtype" : shape == null ? "shape" : "data_offsets"));
            }
            return checkedEntry(type, List.copyOf(shape), offsets);
        }

        private Entry checkedEntry(String typeName, List<Long> shape, List<Long> offsets) {
            SafetensorsType type = SafetensorsType.of(typeName)
                    .orElseThrow(() -> fault("has unknown dtype '" + Printable.value(typeName) + "'; known are "
                            + String.join(", ", SafetensorsType.names())));
            if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
                throw fault("has data_offsets " + Printable.value(offsets) + "; needed are a start and an end");
            }
            if (shape.size() > MOST_AXES) {
                throw fault("has " + shape.size() + " axes; at most " + MOST_AXES + " are possible");
            }
            long needed = type.bytes();
            try {
                for (long size : shape) {
                    needed = Math.multiplyExact(needed, size);
                }
            } catch (ArithmeticException overflow) {
                throw fault("has an impossible shape " + Printable.value(shape));
            }
            long held = offsets.get(1) - offsets.get(0);
            if (needed != held) {
                throw fault(String.format(
                        Locale.ROOT,
                        "of shape %s and dtype %s needs %d bytes, its data_offsets %s hold %d",
                        Printable.value(shape),
                        typeName,
                        needed,
                        offsets,
                        held));
            }
            return new Entry(type, shape, offsets.get(0), offsets.get(1));
        }

        private List<Long> readNaturals() throws IOException {
            expect(JsonToken.START_ARRAY);
            List<Long> numbers = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                boolean isLong = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
                if (!isLong || parser.getLongValue() < 0) {
                    throw fault("holds '" + Printable.value(parser.getText()) + "' where a size in 0 … 2^63−1 belongs");
                }
                numbers.add(parser.getLongValue());
            }
            return numbers;
        }

        private void expect(JsonToken expected) throws IOException {
            if (parser.nextToken() != expected) {
                throw unexpected(expected);
            }
        }

        private RunException unexpected(JsonToken expected) {
            return fault("should be " + describe(expected) + ", found " + describe(parser.currentToken()));
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

        private RunException fault(String what) {
            boolean isTensor = !subject.equals(HEADER) && !subject.equals(METADATA);
            return new RunException(file + ": " + (isTensor ? tensor(subject) : subject) + part + " " + what);
        }
    }
}
