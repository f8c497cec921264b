package dev.spectraledge.analysis.experiment;

import java.util.Locale;

/** Names of figures, which become names of files. */
public final class FigureName {
    private FigureName() {}

    /** Lower-case words with hyphens, of the item that a figure shows. */
    public static String of(String item) {
        return item.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
    }
}
