package dev.spectraledge.trainer.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON documents as plain values: {@code Map<String, ?>} in order, {@code List<?>}, {@code String}, {@code Long} (or any
 * integer), {@code Double} (or {@code Float}), {@code Boolean} and {@code null}. Numbers that are not finite are written as
 * null, as JSON has none, and what {@link Printable} takes for harmful in a terminal as escape sequences.
 */
public final class Json {
    /** Far more levels than any document has that is read here. */
    private static final int DEEPEST = 100;

    private static final JsonFactory FACTORY = factory().build();
    /** Python's {@code json} writes NaN and Infinity as such. */
    private static final JsonFactory PYTHON =
            factory().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

    private Json() {}

    private static JsonFactoryBuilder factory() {
        return new JsonFactoryBuilder()
                .characterEscapes(new PrintableEscapes())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
                .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                .streamReadConstraints(
                        StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build());
    }

    /** An indented document that ends with a line end. */
    public static String pretty(Object value) {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
        printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.setPrettyPrinter(printer);
            write(json, value);
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory failed", impossible);
        }
        return text.append('\n').toString();
    }

    /** The same document on one line, without spaces. */
    public static String compact(Object value) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            write(json, value);
        } catch (IOException impossible) {
            throw new UncheckedIOException("writing to memory failed", impossible);
        }
        return text.toString();
    }

    /** Writes an indented document, whole or not at all. */
    public static void write(Path file, Object value) {
        AtomicFile.write(file, pretty(value));
    }

    /** Reads a file whose document is an object; every failure is one line that names the file. */
    public static Map<String, Object> readObject(Path file) {
        try {
            return parseObject(RegularFile.text(file, RegularFile.LONGEST_TEXT), file.toString());
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    /**
     * Parses a document that is an object.
     *
     * @param source where the text comes from, for error messages
     */
    public static Map<String, Object> parseObject(String text, String source) {
        return parseObject(FACTORY, text, source);
    }

    /** The same of what a Python program has written, whose numbers may be NaN, infinite, or integers of any length. */
    public static Map<String, Object> parsePythonObject(String text, String source) {
        return parseObject(PYTHON, text, source);
    }

    private static Map<String, Object> parseObject(JsonFactory factory, String text, String source) {
        try (JsonParser parser = factory.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new RunException(source + ": should hold a JSON object");
            }
            Map<String, Object> object = object(parser);
            if (parser.nextToken() != null) {
                throw new RunException(source + ": goes on after the JSON object");
            }
            return object;
        } catch (JsonProcessingException malformed) {
            String line = malformed.getLocation() == null
                    ? ""
                    : " at line " + malformed.getLocation().getLineNr();
            throw new RunException(
                    source + ": not valid JSON" + line + ": " + Printable.value(malformed.getOriginalMessage()),
                    malformed);
        } catch (IOException impossible) {
            throw new UncheckedIOException("reading from memory failed", impossible);
        }
    }

    private static Map<String, Object> object(JsonParser parser) throws IOException {
        Map<String, Object> object = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            object.put(name, value(parser));
        }
        return object;
    }

    private static Object value(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                yield list;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> finite(parser);
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw new IllegalStateException("unexpected token " + parser.currentToken());
        };
    }

    private static Number integer(JsonParser parser) throws IOException {
        boolean tooLong = parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER && allowsNonFinite(parser);
        return tooLong ? (Number) parser.getDoubleValue() : (Number) parser.getLongValue();
    }

    private static boolean allowsNonFinite(JsonParser parser) {
        return parser.isEnabled(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS.mappedFeature());
    }

    private static double finite(JsonParser parser) throws IOException {
        double number = parser.getDoubleValue();
        if (Double.isInfinite(number) && !parser.isNaN()) {
            throw new JsonParseException(
                    parser, parser.getText() + " is too large for a double", parser.currentTokenLocation());
        }
        return number;
    }

    private static void write(JsonGenerator json, Object value) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.writeFieldName(entry.getKey().toString());
                write(json, entry.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof List<?> list) {
            json.writeStartArray();
            for (Object element : list) {
                write(json, element);
            }
            json.writeEndArray();
        } else if (value instanceof Boolean flag) {
            json.writeBoolean(flag);
        } else if (value instanceof Float || value instanceof Double) {
            writeReal(json, ((Number) value).doubleValue());
        } else if (value instanceof Integer || value instanceof Long) {
            json.writeNumber(((Number) value).longValue());
        } else if (value instanceof String || value instanceof Path) {
            json.writeString(value.toString());
        } else {
            throw new IllegalArgumentException("no JSON form for " + value.getClass());
        }
    }

    private static void writeReal(JsonGenerator json, double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeNull();
        }
    }

    /** JSON itself asks for those of the characters below the blank alone. */
    private static final class PrintableEscapes extends CharacterEscapes {
        private static final long serialVersionUID = 1;
        private static final char DELETE = '\u007f';

        private final int[] ascii = standardAsciiEscapesForJSON();

        PrintableEscapes() {
            ascii[DELETE] = ESCAPE_STANDARD;
        }

        @Override
        public int[] getEscapeCodesForAscii() {
            return ascii;
        }

        /** Halves of a character come one by one, and are harmless together. */
        @Override
        public SerializableString getEscapeSequence(int character) {
            boolean asItIs = Character.isSurrogate((char) character) || Printable.isHarmless(character);
            return asItIs ? null : new SerializedString(Printable.escape(character));
        }
    }
}
