package dev.spectraledge.analysis.report;

import java.util.ArrayDeque;
import java.util.Deque;

/** Writes well-formed XML (SVG, and HTML in its XML syntax): text is escaped and every element is closed in order. */
public final class Markup {
    private final StringBuilder out = new StringBuilder();
    private final Deque<String> openElements = new ArrayDeque<>();

    /** Starts an element; {@code attributes} are names and values in turn. */
    public Markup open(String element, String... attributes) {
        startTag(element, attributes).append('>');
        openElements.push(element);
        return this;
    }

    /** Closes the element opened last. */
    public Markup close() {
        out.append("</").append(openElements.pop()).append('>');
        return this;
    }

    /** An element without content, such as {@code <path …/>}. */
    public Markup empty(String element, String... attributes) {
        startTag(element, attributes).append("/>");
        return this;
    }

    /** An element that holds only text. */
    public Markup leaf(String element, String text, String... attributes) {
        return open(element, attributes).text(text).close();
    }

    public Markup text(String text) {
        escapeInto(out, text);
        return this;
    }

    /** Appends what is markup already: another {@code Markup}'s result, or a style sheet. */
    public Markup raw(String markup) {
        out.append(markup);
        return this;
    }

    /** Where the next thing goes, for {@link #insert}. */
    int position() {
        return out.length();
    }

    /** Puts markup where earlier something could have gone. */
    void insert(int position, String markup) {
        out.insert(position, markup);
    }

    /** The document; throws an IllegalStateException if an element is still open. */
    public String finish() {
        if (!openElements.isEmpty()) {
            throw new IllegalStateException("unclosed element <" + openElements.peek() + ">");
        }
        return out.toString();
    }

    private StringBuilder startTag(String element, String[] attributes) {
        out.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            escapeInto(out, attributes[i + 1]);
            out.append('"');
        }
        return out;
    }

    private static void escapeInto(StringBuilder out, String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                default -> {
                    // XML 1.0 §2.2: other control characters cannot occur in a document, not even escaped.
                    boolean allowed = c >= ' ' || c == '\n' || c == '\t' || c == '\r';
                    out.append(allowed ? c : '\uFFFD');
                }
            }
        }
    }
}
