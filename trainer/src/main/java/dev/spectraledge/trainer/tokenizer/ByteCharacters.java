package dev.spectraledge.trainer.tokenizer;

import java.util.Arrays;

/**
 * How byte-level vocabularies write bytes as visible characters: those of Latin-1 that are visible stand for themselves, all
 * others for the characters from U+0100 on, in their order. Source: Radford et al. 2019, {@code bytes_to_unicode}.
 */
final class ByteCharacters {
    private static final char FIRST_OTHER = 0x100;

    /** Of each byte. */
    private static final char[] CHARACTERS = new char[ByteTokenizer.BYTES];
    /** Of each character, up to the largest; −1 for those that stand for none. */
    private static final int[] BYTES;

    /** Bytes in the order of their characters, which is that of GPT-2's tokens. */
    private static final int[] ORDER = new int[ByteTokenizer.BYTES];

    private static final int[] POSITIONS = new int[ByteTokenizer.BYTES];

    static {
        char other = FIRST_OTHER;
        for (int value = 0; value < ByteTokenizer.BYTES; value++) {
            CHARACTERS[value] = isVisible(value) ? (char) value : other++;
        }
        BYTES = new int[other];
        Arrays.fill(BYTES, -1);
        for (int value = 0; value < ByteTokenizer.BYTES; value++) {
            BYTES[CHARACTERS[value]] = value;
        }
        int position = 0;
        for (int value : BYTES) {
            if (value >= 0) {
                POSITIONS[value] = position;
                ORDER[position++] = value;
            }
        }
    }

    private ByteCharacters() {}

    private static boolean isVisible(int value) {
        return (value >= '!' && value <= '~') || (value >= 0xa1 && value <= 0xff && value != 0xad);
    }

    /** The place of a byte in the order of the characters. */
    static int position(int value) {
        return POSITIONS[value];
    }

    /** The byte at a place of the order. */
    static int byteAt(int position) {
        return ORDER[position];
    }

    static String text(byte... bytes) {
        StringBuilder text = new StringBuilder(bytes.length);
        for (byte value : bytes) {
            text.append(CHARACTERS[Byte.toUnsignedInt(value)]);
        }
        return text.toString();
    }

    /** The bytes that a text stands for; null if a character of it stands for none. */
    static byte[] bytes(String text) {
        byte[] bytes = new byte[text.length()];
        for (int index = 0; index < bytes.length; index++) {
            char character = text.charAt(index);
            if (character >= BYTES.length || BYTES[character] < 0) {
                return null;
            }
            bytes[index] = (byte) BYTES[character];
        }
        return bytes;
    }
}
