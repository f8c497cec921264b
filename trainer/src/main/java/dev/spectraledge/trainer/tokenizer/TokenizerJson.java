package dev.spectraledge.trainer.tokenizer;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.Printable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Hugging Face's {@code tokenizer.json}, as far as it is byte-level byte-pair encoding with GPT-2's words; whatever would
 * encode a text otherwise than {@link BytePairTokenizer} does is refused. Tokens that are added to a vocabulary are never
 * looked for in texts. Bytes alone are the same without merges, with their values as numbers.
 */
public final class TokenizerJson {
    private static final String BYTE_LEVEL = "ByteLevel";
    private static final String CONTENT = "content";
    private static final String MODEL = "model";
    private static final String VOCABULARY = "vocab";
    private static final String MERGES = "merges";
    private static final String ADDED = "added_tokens";
    private static final String TYPE = "type";

    private final Path file;
    private final List<byte[]> pieces = new ArrayList<>();

    private TokenizerJson(Path file) {
        this.file = file;
    }

    /** Writes a tokenizer, whole or not at all. */
    public static void write(Path file, Tokenizer tokenizer) {
        Json.write(
                file,
                switch (tokenizer) {
                    case BytePairTokenizer pairs -> document(pairs);
                    case ByteTokenizer bytes -> document(vocabulary(bytes), List.of(), List.of());
                    default -> throw new IllegalArgumentException("no tokenizer.json holds " + tokenizer.name());
                });
    }

    private static Map<String, Object> vocabulary(ByteTokenizer tokenizer) {
        Map<String, Object> vocabulary = new LinkedHashMap<>();
        for (int token = 0; token < tokenizer.vocabulary(); token++) {
            vocabulary.put(ByteCharacters.text(tokenizer.bytes(token)), (long) token);
        }
        return vocabulary;
    }

    static Map<String, Object> document(BytePairTokenizer tokenizer) {
        Map<String, Object> vocabulary = new LinkedHashMap<>();
        for (int token = 0; token < tokenizer.vocabulary(); token++) {
            if (tokenizer.has(token) && token != tokenizer.endOfText()) {
                vocabulary.put(ByteCharacters.text(tokenizer.bytes(token)), token);
            }
        }
        MergeList merges = tokenizer.merges();
        List<Object> pairs = new ArrayList<>();
        for (int rank = 0; rank < merges.size(); rank++) {
            pairs.add(List.of(
                    ByteCharacters.text(tokenizer.bytes(merges.left(rank))),
                    ByteCharacters.text(tokenizer.bytes(merges.right(rank)))));
        }
        Map<String, Object> endOfText = fields(
                "id",
                tokenizer.endOfText(),
                CONTENT,
                new String(tokenizer.bytes(tokenizer.endOfText()), StandardCharsets.UTF_8),
                "single_word",
                false,
                "lstrip",
                false,
                "rstrip",
                false,
                "normalized",
                false,
                "special",
                true);
        return document(vocabulary, pairs, List.of(endOfText));
    }

    private static Map<String, Object> document(
            Map<String, Object> vocabulary, List<Object> merges, List<Object> added) {
        Map<String, Object> model = fields(
                TYPE,
                "BPE",
                "dropout",
                null,
                "unk_token",
                null,
                "continuing_subword_prefix",
                null,
                "end_of_word_suffix",
                null,
                "fuse_unk",
                false,
                "byte_fallback",
                false,
                "ignore_merges",
                false,
                VOCABULARY,
                vocabulary,
                MERGES,
                merges);
        Map<String, Object> byteLevel =
                fields(TYPE, BYTE_LEVEL, "add_prefix_space", false, "trim_offsets", true, "use_regex", true);
        return fields(
                "version",
                "1.0",
                "truncation",
                null,
                "padding",
                null,
                ADDED,
                added,
                "normalizer",
                null,
                "pre_tokenizer",
                byteLevel,
                "post_processor",
                null,
                "decoder",
                byteLevel,
                MODEL,
                model);
    }

    private static Map<String, Object> fields(Object... namesAndValues) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (int index = 0; index < namesAndValues.length; index += 2) {
            fields.put((String) namesAndValues[index], namesAndValues[index + 1]);
        }
        return fields;
    }

    /**
     * Reads a tokenizer.
     *
     * @throws RunException with one line if it is none, or none of this kind
     */
    public static BytePairTokenizer read(Path file) {
        return new TokenizerJson(file).tokenizer(Json.readObject(file));
    }

    /**
     * Reads a tokenizer, which may also be that of bytes.
     *
     * @throws RunException with one line if it is none, or none of these kinds
     */
    public static Tokenizer readAny(Path file) {
        Map<String, Object> document = Json.readObject(file);
        TokenizerJson reading = new TokenizerJson(file);
        return reading.isOfBytes(document) ? new ByteTokenizer() : reading.tokenizer(document);
    }

    private boolean isOfBytes(Map<String, Object> document) {
        boolean is = document.get(MODEL) instanceof Map<?, ?> model
                && vocabulary(new ByteTokenizer()).equals(model.get(VOCABULARY))
                && List.of().equals(model.get(MERGES))
                && List.of().equals(document.get(ADDED));
        if (is) {
            requireUsual(document, object(document, MODEL));
            requireWords(document.get("pre_tokenizer"));
        }
        return is;
    }

    private BytePairTokenizer tokenizer(Map<String, Object> document) {
        Map<?, ?> model = object(document, MODEL);
        if (!"BPE".equals(model.get(TYPE))) {
            throw other("its model is " + shown(model.get(TYPE)) + ", not BPE");
        }
        requireUsual(document, model);
        requireWords(document.get("pre_tokenizer"));
        Map<String, Integer> tokens = vocabulary(model);
        int endOfText = addedTokens(document);
        int[] tokensOfBytes = new int[ByteTokenizer.BYTES];
        for (int value = 0; value < ByteTokenizer.BYTES; value++) {
            Integer token = tokens.get(ByteCharacters.text((byte) value));
            if (token == null) {
                throw other("it has no token for the byte " + value);
            }
            tokensOfBytes[value] = token;
        }
        MergeList merges = new MergeList(tokensOfBytes);
        for (Object merge : list(model, MERGES)) {
            addMerge(merges, merge, tokens);
        }
        return new BytePairTokenizer("bpe", pieces, endOfText, merges);
    }

    private void requireUsual(Map<String, Object> document, Map<?, ?> model) {
        if (document.get("normalizer") != null) {
            throw other("it changes texts before it encodes them (normalizer)");
        }
        for (String field : List.of("dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix")) {
            Object value = model.get(field);
            boolean unused = value == null || value.equals("") || field.equals("unk_token");
            if (!unused) {
                throw other("its model has " + field + " " + shown(value));
            }
        }
        for (String field : List.of("byte_fallback", "ignore_merges")) {
            if (Boolean.TRUE.equals(model.get(field))) {
                throw other("its model has " + field);
            }
        }
    }

    /** GPT-2's words, either built in or spelled out before the bytes. */
    private void requireWords(Object preTokenizer) {
        if (preTokenizer instanceof Map<?, ?> single) {
            if (BYTE_LEVEL.equals(single.get(TYPE)) && Boolean.TRUE.equals(single.get("add_prefix_space"))) {
                throw other("it puts a space before each text (add_prefix_space)");
            }
            if (BYTE_LEVEL.equals(single.get(TYPE)) && !Boolean.FALSE.equals(single.get("use_regex"))) {
                return;
            }
            if (single.get("pretokenizers") instanceof List<?> sequence
                    && sequence.size() == 2
                    && sequence.getFirst() instanceof Map<?, ?> split
                    && sequence.getLast() instanceof Map<?, ?> bytes
                    && "Split".equals(split.get(TYPE))
                    && split.get("pattern") instanceof Map<?, ?> pattern
                    && WordSplitter.PATTERN.equals(pattern.get("Regex"))
                    && "Isolated".equals(split.get("behavior"))
                    && !Boolean.TRUE.equals(split.get("invert"))
                    && BYTE_LEVEL.equals(bytes.get(TYPE))
                    && Boolean.FALSE.equals(bytes.get("add_prefix_space"))) {
                return;
            }
        }
        throw other("it does not split texts into words as GPT-2 does (pre_tokenizer)");
    }

    private Map<String, Integer> vocabulary(Map<?, ?> model) {
        Map<String, Integer> tokens = new LinkedHashMap<>();
        object(model, VOCABULARY).forEach((text, value) -> {
            String piece = (String) text;
            byte[] bytes = ByteCharacters.bytes(piece);
            if (bytes == null) {
                throw other("its token " + shown(piece) + " stands for no bytes");
            }
            int token = number(value);
            put(token, bytes);
            tokens.put(piece, token);
        });
        return tokens;
    }

    /** @return the one that ends a text */
    private int addedTokens(Map<String, Object> document) {
        int endOfText = -1;
        for (Object added : list(document, ADDED)) {
            if (!(added instanceof Map<?, ?> token) || !(token.get(CONTENT) instanceof String content)) {
                throw malformed(ADDED);
            }
            int number = number(token.get("id"));
            put(number, content.getBytes(StandardCharsets.UTF_8));
            boolean special = Boolean.TRUE.equals(token.get("special"));
            if (special && (endOfText < 0 || content.equals(BytePairTokenizer.END_OF_TEXT))) {
                endOfText = number;
            }
        }
        if (endOfText < 0) {
            throw new RunException(file + ": has no special token that could end a text (" + ADDED + ")");
        }
        return endOfText;
    }

    private void put(int token, byte[] bytes) {
        while (pieces.size() <= token) {
            pieces.add(null);
        }
        byte[] present = pieces.get(token);
        if (present != null && !Arrays.equals(present, bytes)) {
            throw new RunException(file + ": two tokens have the number " + token);
        }
        pieces.set(token, bytes);
    }

    /** Merges are written as two texts, in older files with a space between. */
    private void addMerge(MergeList merges, Object merge, Map<String, Integer> tokens) {
        List<?> parts =
                merge instanceof String text ? List.of(text.split(" ", -1)) : merge instanceof List<?> l ? l : null;
        if (parts == null || parts.size() != 2) {
            throw malformed(MERGES);
        }
        Integer left = tokens.get(Objects.toString(parts.getFirst()));
        Integer right = tokens.get(Objects.toString(parts.getLast()));
        Integer merged = tokens.get(Objects.toString(parts.getFirst()) + parts.getLast());
        if (left == null || right == null || merged == null) {
            throw new RunException(
                    file + ": the merge " + shown(parts) + " is of tokens, or to one, that are not there");
        }
        merges.add(left, right, merged);
    }

    private int number(Object value) {
        if (!(value instanceof Long number) || number < 0 || number > 10_000_000) {
            throw new RunException(file + ": the number of a token cannot be " + shown(value));
        }
        return number.intValue();
    }

    private Map<?, ?> object(Map<?, ?> parent, String field) {
        if (parent.get(field) instanceof Map<?, ?> object) {
            return object;
        }
        throw malformed(field);
    }

    private List<?> list(Map<?, ?> parent, String field) {
        if (parent.get(field) instanceof List<?> list) {
            return list;
        }
        throw malformed(field);
    }

    private RunException malformed(String field) {
        return new RunException(file + ": is no tokenizer.json: field '" + field + "' is missing or malformed");
    }

    private RunException other(String reason) {
        return new RunException(file + ": is not byte-level BPE as of GPT-2: " + reason);
    }

    private static String shown(Object value) {
        return Printable.value(value);
    }
}
