package dev.spectraledge.trainer.io;

import java.util.Collection;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;

/**
 * Text that somebody else wrote, made fit for a message: a terminal obeys control characters, and a message is one line
 * that people read.
 */
public final class Printable {
    /** Characters of a value that a message shows at most. */
    public static final int LONGEST_VALUE = 200;

    private static final String CUT = "…";

    private Printable() {}

    /**
     * A value, however large, as a message quotes it: the first {@value #LONGEST_VALUE} characters, none of which a
     * terminal obeys. Collections are written as far as they are shown, not as a whole first.
     */
    public static String value(Object value) {
        StringBuilder text = new StringBuilder();
        append(text, value);
        if (text.length() <= LONGEST_VALUE) {
            return text.toString();
        }
        int end = LONGEST_VALUE - CUT.length();
        text.setLength(Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end);
        return text.append(CUT).toString();
    }

    /** A whole message as one line: line ends become spaces, and what a terminal obeys is written as an escape sequence. */
    public static String line(String message) {
        return escaped(message.strip().replaceAll("\\R+\\s*", " "));
    }

    /** Stops soon after what is shown, which also bounds the depth: every level writes a bracket. */
    private static void append(StringBuilder text, Object value) {
        switch (value) {
            case Map<?, ?> map -> {
                text.append('{');
                for (Iterator<? extends Map.Entry<?, ?>> entries =
                                map.entrySet().iterator();
                        entries.hasNext() && !isFull(text); ) {
                    Map.Entry<?, ?> entry = entries.next();
                    append(text, entry.getKey());
                    text.append('=');
                    append(text, entry.getValue());
                    text.append(entries.hasNext() ? ", " : "");
                }
                text.append('}');
            }
            case Collection<?> collection -> {
                text.append('[');
                for (Iterator<?> elements = collection.iterator(); elements.hasNext() && !isFull(text); ) {
                    append(text, elements.next());
                    text.append(elements.hasNext() ? ", " : "");
                }
                text.append(']');
            }
            case String string -> text.append(escaped(beginning(string)));
            case null -> text.append("null");
            default -> text.append(escaped(String.valueOf(value)));
        }
    }

    private static boolean isFull(StringBuilder text) {
        return text.length() > LONGEST_VALUE;
    }

    private static String beginning(String text) {
        return text.length() > LONGEST_VALUE ? text.substring(0, LONGEST_VALUE + 1) : text;
    }

    private static String escaped(String text) {
        if (text.codePoints().allMatch(Printable::isHarmless)) {
            return text;
        }
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(character -> {
            if (isHarmless(character)) {
                escaped.appendCodePoint(character);
            } else {
                escaped.append(escape(character));
            }
        });
        return escaped.toString();
    }

    /** How a character is written that is not {@linkplain #isHarmless harmless}. */
    static String escape(int character) {
        return String.format(Locale.ROOT, "\\u%04x", character);
    }

    /** Neither control characters, nor what changes the direction of text or cannot be seen, nor half a character. */
    static boolean isHarmless(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }
}
