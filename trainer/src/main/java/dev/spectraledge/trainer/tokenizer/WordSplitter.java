package dev.spectraledge.trainer.tokenizer;

/**
 * Where GPT-2's tokenizer cuts a text into the words that it encodes one by one: this regular expression, matched again and
 * again, on UTF-8 instead of characters, with the classes of characters of this Java platform's version of Unicode.
 *
 * <pre>{@code 's|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+}</pre>
 *
 * <p>A byte that is no part of valid UTF-8 counts as a character that is neither letter, number nor space. Source: Radford et
 * al. 2019, {@code encoder.py}.
 */
public final class WordSplitter {
    /** The expression, for formats that name it. */
    static final String PATTERN = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

    private static final byte OTHER = 0;
    private static final byte LETTER = 1;
    private static final byte NUMBER = 2;
    private static final byte SPACE = 3;

    /** Of the characters of the basic multilingual plane. */
    private static final byte[] KINDS = new byte[Character.MIN_SUPPLEMENTARY_CODE_POINT];

    static {
        for (int character = 0; character < KINDS.length; character++) {
            KINDS[character] = kind(character);
        }
    }

    private WordSplitter() {}

    private static byte kind(int character) {
        if ((character >= '\t' && character <= '\r') || character == 0x85) {
            return SPACE;
        }
        return switch (Character.getType(character)) {
            case Character.UPPERCASE_LETTER,
                    Character.LOWERCASE_LETTER,
                    Character.TITLECASE_LETTER,
                    Character.MODIFIER_LETTER,
                    Character.OTHER_LETTER -> LETTER;
            case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> NUMBER;
            case Character.SPACE_SEPARATOR, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> SPACE;
            default -> OTHER;
        };
    }

    /**
     * Where the word ends that begins at {@code from}, when the text ends at {@code to}.
     *
     * @return at least {@code from + 1}, at most {@code to}
     */
    public static int end(byte[] text, int from, int to) {
        if (text[from] == '\'') {
            int contraction = contraction(text, from + 1, to);
            if (contraction > 0) {
                return from + 1 + contraction;
            }
        }
        int begin = from;
        byte kind = kindAt(text, from, to);
        if (text[from] == ' ' && from + 1 < to) {
            byte next = kindAt(text, from + 1, to);
            if (next != SPACE) {
                begin = from + 1;
                kind = next;
            }
        }
        int end = begin;
        int last = begin;
        while (end < to && kindAt(text, end, to) == kind) {
            last = end;
            end += Utf8.length(text, end, to);
        }
        // The last space before a word goes with the word.
        return kind == SPACE && end < to && last > from ? last : end;
    }

    private static byte kindAt(byte[] text, int at, int to) {
        if (text[at] >= 0) {
            return KINDS[text[at]];
        }
        int character = Utf8.character(text, at, to);
        if (character < 0) {
            return OTHER;
        }
        return character < KINDS.length ? KINDS[character] : kind(character);
    }

    /** Length of what a contraction ends with, or 0. */
    private static int contraction(byte[] text, int at, int to) {
        if (at >= to) {
            return 0;
        }
        byte second = at + 1 < to ? text[at + 1] : 0;
        return switch (text[at]) {
            case 's', 't', 'm', 'd' -> 1;
            case 'r', 'v' -> second == 'e' ? 2 : 0;
            case 'l' -> second == 'l' ? 2 : 0;
            default -> 0;
        };
    }

    /**
     * The last place in {@code [from, to)} at which a text can be cut so that its parts have the words of the whole: where a
     * space follows what is none.
     *
     * @return {@code from} if there is no such place
     */
    public static int lastCut(byte[] text, int from, int to) {
        for (int cut = to - 1; cut > from; cut--) {
            // Only ASCII spaces, which are no part of another character.
            if (isAsciiSpace(text[cut]) && text[cut - 1] >= 0 && !isAsciiSpace(text[cut - 1])) {
                return cut;
            }
        }
        return from;
    }

    private static boolean isAsciiSpace(byte value) {
        return value >= 0 && KINDS[value] == SPACE;
    }
}
