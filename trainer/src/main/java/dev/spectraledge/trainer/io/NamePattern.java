package dev.spectraledge.trainer.io;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression that is looked for anywhere in names. Whoever writes one cannot make the search long: in those of {@link
 * #of} groups are not repeated and no alternative is empty, and a search reads a limited number of characters.
 */
public final class NamePattern {
    /** What {@link #of} understands, for people. */
    public static final String FORM =
            "a regular expression of letters, digits, '.', character classes, '^', '$', '*', '+',"
                    + " '?', '|' and groups that are not repeated, of at most 100 characters";

    private static final int LONGEST = 100;
    private static final int MOST_READS = 100_000;

    private static final String CHARACTER = "(?:[\\w.-]|\\\\[.dw-]|\\[\\^?[\\w.-]+])[*+?]?";
    private static final String ALTERNATIVE = "\\^?(?:" + CHARACTER + ")+\\$?";
    private static final String GROUP = "\\(" + ALTERNATIVE + "(?:\\|" + ALTERNATIVE + ")*\\)";
    private static final String SEQUENCE = "\\^?(?:" + CHARACTER + "|" + GROUP + ")+\\$?";
    private static final Pattern WELL_FORMED = Pattern.compile(SEQUENCE + "(?:\\|" + SEQUENCE + ")*");

    private final Pattern pattern;

    private NamePattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /** Reads one; throws an IllegalArgumentException if it is none of {@link #FORM}. */
    public static NamePattern of(String text) {
        if (text.length() > LONGEST || !WELL_FORMED.matcher(text).matches()) {
            throw malformed(text);
        }
        try {
            return new NamePattern(Pattern.compile(text));
        } catch (PatternSyntaxException ofClass) {
            throw malformed(text);
        }
    }

    /**
     * Reads one of any form, from somebody whose own time a slow search takes; throws an IllegalArgumentException if it is
     * malformed.
     */
    public static NamePattern ofUser(String text) {
        try {
            return new NamePattern(Pattern.compile(text));
        } catch (PatternSyntaxException malformed) {
            throw new IllegalArgumentException(
                    "'" + Printable.value(text) + "' is not a regular expression: " + malformed.getDescription(),
                    malformed);
        }
    }

    private static IllegalArgumentException malformed(String text) {
        return new IllegalArgumentException("'" + Printable.value(text) + "' is not " + FORM);
    }

    /** Whether it matches some part of a name; throws an IllegalArgumentException if that takes too long to find out. */
    public boolean isFoundIn(String name) {
        return pattern.matcher(new CountedReads(name)).find();
    }

    @Override
    public String toString() {
        return pattern.pattern();
    }

    /** A name that can be read so many times: a search that tries all ways to repeat something reads at every turn. */
    private final class CountedReads implements CharSequence {
        private final String name;
        private int reads;

        CountedReads(String name) {
            this.name = name;
        }

        @Override
        public int length() {
            return name.length();
        }

        @Override
        public char charAt(int index) {
            if (++reads > MOST_READS) {
                throw new IllegalArgumentException("'" + NamePattern.this + "' repeats too much: it was not found in "
                        + Printable.value(name) + " within " + MOST_READS + " readings of a character");
            }
            return name.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return name.subSequence(start, end);
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
