package dev.spectraledge.trainer.tokenizer;

/** Characters in UTF-8 (RFC 3629): none that is longer than necessary, no surrogates, none above U+10FFFF. */
public final class Utf8 {
    /** No valid character begins here. */
    private static final int INVALID = -1;

    private Utf8() {}

    /** The character that begins at {@code at}, in a text that ends at {@code to}; −1 if none does that is valid. */
    static int character(byte[] text, int at, int to) {
        int first = text[at];
        if (first >= 0) {
            return first;
        }
        int following = following(first);
        if (following == 0 || at + following >= to) {
            return INVALID;
        }
        int character = first & 0x3f >> following;
        for (int index = 1; index <= following; index++) {
            if ((text[at + index] & 0xc0) != 0x80) {
                return INVALID;
            }
            character = character << 6 | (text[at + index] & 0x3f);
        }
        return isShortest(character, following) && !isSurrogate(character) ? character : INVALID;
    }

    /** Bytes behind the first one, which is negative; 0 if no character begins like this. */
    private static int following(int first) {
        int value = first & 0xff;
        if (value < 0xc2 || value > 0xf4) {
            return 0;
        }
        return value < 0xe0 ? 1 : value < 0xf0 ? 2 : 3;
    }

    private static boolean isShortest(int character, int following) {
        return switch (following) {
            case 1 -> true;
            case 2 -> character >= 0x800;
            default -> character >= Character.MIN_SUPPLEMENTARY_CODE_POINT && character <= Character.MAX_CODE_POINT;
        };
    }

    private static boolean isSurrogate(int character) {
        return character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
    }

    /** Bytes of the character that begins at {@code at}; 1 if none does that is valid. */
    static int length(byte[] text, int at, int to) {
        return text[at] >= 0 || character(text, at, to) < 0 ? 1 : 1 + following(text[at]);
    }

    /** Where in {@code [from, to)} the first byte is that begins no valid character; {@code to} if there is none. */
    public static int firstInvalid(byte[] text, int from, int to) {
        int at = from;
        while (at < to) {
            if (text[at] < 0 && character(text, at, to) < 0) {
                return at;
            }
            at += length(text, at, to);
        }
        return to;
    }

    /**
     * Whether the bytes {@code [at, to)}, which begin no valid character, could begin one if more bytes followed.
     *
     * @return false if there are none
     */
    public static boolean isBeginning(byte[] text, int at, int to) {
        if (at >= to || text[at] >= 0 || to - at > following(text[at])) {
            return false;
        }
        // Whatever follows, the first two bytes decide whether a character is too long or a surrogate.
        byte[] completed = {text[at], (byte) 0xbf, (byte) 0xbf, (byte) 0xbf};
        byte[] lowest = {text[at], (byte) 0x80, (byte) 0x80, (byte) 0x80};
        for (int index = 1; index < to - at; index++) {
            completed[index] = text[at + index];
            lowest[index] = text[at + index];
        }
        return character(completed, 0, 4) >= 0 || character(lowest, 0, 4) >= 0;
    }
}
