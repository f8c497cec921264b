package dev.spectraledge.trainer.task.scan;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.io.RegularFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Examples of SCAN as its authors publish them: lines {@code IN: <command> OUT: <actions>}. */
public final class ScanFile {
    private static final String COMMAND = "IN: ";
    private static final String ACTIONS = " OUT: ";

    private ScanFile() {}

    /**
     * The examples of a file, in its order; blank lines at its end are none.
     *
     * @throws RunException with one line that names the file and the line that is no example or has another word
     */
    public static List<ScanLanguage.Example> read(Path file) {
        List<String> lines;
        try {
            lines = RegularFile.text(file, RegularFile.LONGEST_TEXT)
                    .stripTrailing()
                    .lines()
                    .toList();
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
        List<ScanLanguage.Example> examples = new ArrayList<>();
        for (String line : lines) {
            examples.add(example(line, file + ", line " + (examples.size() + 1)));
        }
        return examples;
    }

    private static ScanLanguage.Example example(String line, String where) {
        int actions = line.indexOf(ACTIONS);
        if (!line.startsWith(COMMAND) || actions < COMMAND.length()) {
            throw new RunException(
                    where + ": '" + Printable.value(line) + "' is not of the form 'IN: <command> OUT: <actions>'");
        }
        return new ScanLanguage.Example(
                words(line.substring(COMMAND.length(), actions), where, ScanTokens::isCommandWord, "command"),
                words(line.substring(actions + ACTIONS.length()), where, ScanTokens::isAction, "action"));
    }

    private static List<String> words(String text, String where, Predicate<String> isKnown, String kind) {
        List<String> words = List.of(text.strip().split("\\s+"));
        for (String word : words) {
            if (!isKnown.test(word)) {
                throw new RunException(where + ": '" + Printable.value(word) + "' is no " + kind + " of SCAN");
            }
        }
        return words;
    }
}
