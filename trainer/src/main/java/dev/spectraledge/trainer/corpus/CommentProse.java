package dev.spectraledge.trainer.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The prose in a comment: paragraphs without the markup of documentation, licences, and code that was commented out. */
final class CommentProse {
    private static final Pattern LICENCE = Pattern.compile("(?i)copyright|SPDX-License|@test\\b");
    /** What leads a line of a comment, up to the text. */
    private static final Pattern MARGIN = Pattern.compile("(?m)^[ \\t]*[*/!]*[ \\t]?");

    private static final Pattern SNIPPET = Pattern.compile("(?s)\\{@snippet\\b.*?\\n[ \\t]*\\}");
    /** Innermost ones, as they may be nested. */
    private static final Pattern INLINE_LINK =
            Pattern.compile("\\{@(?:link|linkplain|value)\\s+([^{}\\s]+)(?:\\s+([^{}]*))?\\}");

    private static final Pattern INLINE_TAG = Pattern.compile("\\{@\\w+\\s*([^{}]*)\\}");
    private static final Pattern BREAK =
            Pattern.compile("(?i)</?(?:p|pre|li|ul|ol|dl|dt|dd|table|tr|h[1-6]|blockquote|hr|div)\\b[^<>]*>");
    private static final Pattern ELEMENT = Pattern.compile("</?[a-zA-Z][^<>]*>|<!--.*?-->");
    private static final Pattern IGNORED_TAG = Pattern.compile(
            "(?m)^@(?:author|version|since|see|serial\\w*|hidden|bug|spec|jls|jvms|modules|library|run|build)\\b.*$");
    private static final Pattern BLOCK_TAG = Pattern.compile("(?m)^@\\w+[ \\t]+");
    private static final Pattern PARAGRAPHS = Pattern.compile("\\n[ \\t]*\\n+");
    private static final Pattern SPACES = Pattern.compile("[\\s\\u00a0]+");
    private static final Pattern WORDS = Pattern.compile("\\p{L}{2,}(?:\\W+\\p{L}+){3}");
    private static final int MOST_PASSES = 8;

    private CommentProse() {}

    static List<String> paragraphs(String comment) {
        if (LICENCE.matcher(comment).find()) {
            return List.of();
        }
        String text = MARGIN.matcher(comment).replaceAll("");
        text = withoutInlineTags(SNIPPET.matcher(text).replaceAll(" "));
        text = BREAK.matcher(text).replaceAll("\n\n");
        text = ELEMENT.matcher(text).replaceAll("");
        text = IGNORED_TAG.matcher(text).replaceAll("\n");
        text = BLOCK_TAG.matcher(text).replaceAll("\n");
        List<String> paragraphs = new ArrayList<>();
        for (String paragraph : PARAGRAPHS.split(withoutEntities(text), -1)) {
            String line = SPACES.matcher(paragraph).replaceAll(" ").strip();
            if (isProse(line)) {
                paragraphs.add(line);
            }
        }
        return paragraphs;
    }

    private static String withoutInlineTags(String comment) {
        String text = comment;
        for (int pass = 0; pass < MOST_PASSES && text.contains("{@"); pass++) {
            text = INLINE_LINK
                    .matcher(text)
                    .replaceAll(match -> Matcher.quoteReplacement(
                            match.group(2) == null
                                    ? match.group(1).replaceFirst("^#", "").replace('#', '.')
                                    : match.group(2)));
            text = INLINE_TAG.matcher(text).replaceAll("$1");
        }
        return text;
    }

    private static String withoutEntities(String text) {
        return text.indexOf('&') < 0
                ? text
                : text.replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&nbsp;", " ")
                        .replace("&quot;", "\"")
                        .replace("&#64;", "@")
                        .replace("&amp;", "&");
    }

    /** Four words in a row, and no end of a statement. */
    private static boolean isProse(String line) {
        return WORDS.matcher(line).find() && Stream.of(";", "{", "}").noneMatch(line::endsWith);
    }
}
