package dev.spectraledge.analysis.report.plot;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.RegularFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A figure that {@link SvgFigure#document} has saved as a file, or that somebody else has drawn.
 *
 * @param drawing the document without its numbers
 * @param numbers what {@link PlotData#json} said of it; empty where the file does not say, or says what is no JSON object
 */
public record SavedFigure(String drawing, Optional<String> numbers) {
    static final String NUMBERS = "metadata";

    private static final String BEGIN = "<" + NUMBERS + ">";
    private static final String END = "</" + NUMBERS + ">";

    /** Reads a file; throws a RunException if it is no text. */
    public static SavedFigure read(Path file) {
        try {
            return of(RegularFile.text(file, RegularFile.LONGEST_TEXT));
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    static SavedFigure of(String document) {
        int begin = document.indexOf(BEGIN);
        int end = document.indexOf(END, begin + 1);
        if (begin < 0 || end < 0) {
            return new SavedFigure(document, Optional.empty());
        }
        String escaped = document.substring(begin + BEGIN.length(), end);
        return new SavedFigure(document.substring(0, begin) + document.substring(end + END.length()), numbers(escaped));
    }

    private static Optional<String> numbers(String escaped) {
        String text = escaped.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&amp;", "&");
        try {
            return Optional.of(Json.compact(Json.parseObject(text, "figure")));
        } catch (RunException malformed) {
            return Optional.empty();
        }
    }
}
