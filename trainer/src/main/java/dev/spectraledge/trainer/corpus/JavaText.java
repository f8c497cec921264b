package dev.spectraledge.trainer.corpus;

import java.util.ArrayList;
import java.util.List;

/** A Java source file, cut into what is compiled and what is explained. */
final class JavaText {
    private final String source;
    private final StringBuilder code = new StringBuilder();
    private final List<String> comments = new ArrayList<>();
    /** Whether only white space came since the last comment of one line, which the next one then continues. */
    private boolean continues;

    private int at;

    private JavaText(String source) {
        this.source = source;
        while (at < source.length()) {
            step();
        }
    }

    static JavaText of(String source) {
        return new JavaText(source);
    }

    private void step() {
        if (source.startsWith("//", at)) {
            int end = indexOf("\n", at, 0);
            String comment = source.substring(at + 2, end);
            if (continues) {
                comments.set(comments.size() - 1, comments.getLast() + "\n" + comment);
            } else {
                comments.add(comment);
            }
            continues = true;
            at = end;
        } else if (source.startsWith("/*", at)) {
            int end = indexOf("*/", at + 2, 2);
            comments.add(source.substring(at + 2, Math.max(at + 2, end - 2)));
            continues = false;
            code.append(' ');
            at = end;
        } else if (source.startsWith("\"\"\"", at)) {
            copy(literalEnd("\"\"\"", at + 3));
        } else if (source.charAt(at) == '"' || source.charAt(at) == '\'') {
            copy(literalEnd(source.substring(at, at + 1), at + 1));
        } else {
            continues &= Character.isWhitespace(source.charAt(at));
            code.append(source.charAt(at++));
        }
    }

    private void copy(int end) {
        code.append(source, at, end);
        continues = false;
        at = end;
    }

    /** Behind the next occurrence, or the end. */
    private int indexOf(String text, int from, int behind) {
        int index = source.indexOf(text, from);
        return index < 0 ? source.length() : index + behind;
    }

    private int literalEnd(String quote, int from) {
        int index = from;
        while (index < source.length() && !source.startsWith(quote, index)) {
            index += source.charAt(index) == '\\' ? 2 : 1;
        }
        return Math.min(source.length(), index + quote.length());
    }

    /** The code, without white space at the ends of lines and with at most one empty line in a row. */
    String code() {
        StringBuilder lines = new StringBuilder();
        boolean isAfterEmpty = true;
        for (String line : code.toString().stripTrailing().split("\n", -1)) {
            String stripped = line.stripTrailing();
            if (!stripped.isEmpty() || !isAfterEmpty) {
                lines.append(stripped).append('\n');
            }
            isAfterEmpty = stripped.isEmpty();
        }
        return lines.toString();
    }

    /** The comments, without what marks them as such at their beginning and end. */
    List<String> comments() {
        return comments;
    }
}
