package dev.spectraledge.analysis.paper;

import java.util.regex.Pattern;

/**
 * A figure that was saved as a file, as an element of a page: without a head and a style of its own, which the page has, and
 * with names that are its alone.
 */
final class EmbeddedSvg {
    private static final Pattern STYLE = Pattern.compile("<style>.*?</style>", Pattern.DOTALL);

    private EmbeddedSvg() {}

    /** @param prefix of all names inside; unique on the page */
    static String of(String document, String prefix) {
        return STYLE.matcher(document.substring(document.indexOf("<svg")).strip())
                .replaceAll("")
                .replace("id=\"clip-", "id=\"" + prefix + "-clip-")
                .replace("url(#clip-", "url(#" + prefix + "-clip-");
    }
}
