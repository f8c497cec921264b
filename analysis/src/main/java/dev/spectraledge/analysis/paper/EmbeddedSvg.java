package dev.spectraledge.analysis.paper;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.RegularFile;
import java.io.IOException;
import java.nio.file.Path;

/** A figure that was saved as a file, as an element of a page: without a head of its own, and with names that are its alone. */
final class EmbeddedSvg {
    private EmbeddedSvg() {}

    /** @param prefix of all names inside; unique on the page */
    static String read(Path file, String prefix) {
        try {
            return of(RegularFile.text(file, RegularFile.LONGEST_TEXT), prefix);
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    static String of(String document, String prefix) {
        return document.substring(document.indexOf("<svg"))
                .strip()
                .replace("id=\"clip-", "id=\"" + prefix + "-clip-")
                .replace("url(#clip-", "url(#" + prefix + "-clip-");
    }
}
