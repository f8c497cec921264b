package dev.spectraledge.analysis.report;

import dev.spectraledge.bindings.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A script that a page carries inside of it, and the hash by which the page's policy allows it and no other.
 *
 * @param text of the element; in HTML a comment at either end, in XML a section in which nothing has to be escaped
 */
record InlinedScript(String text) {
    private static final String SECTION_END = "]]>";

    static InlinedScript of(String script) {
        if (script.contains("</script") || script.contains(SECTION_END)) {
            throw new IllegalArgumentException("a script that would end its element");
        }
        return new InlinedScript("//<![CDATA[\n" + script + "\n//" + SECTION_END);
    }

    /** As a source expression of a content security policy. */
    String hash() {
        return hash(text);
    }

    /** Of the text of a script or style element. */
    static String hash(String text) {
        byte[] digest = Sha256.of(text.getBytes(StandardCharsets.UTF_8));
        return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
    }
}
