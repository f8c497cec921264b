package dev.spectraledge.trainer.data;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Examples of SCAN as its authors publish them: lines {@code IN: <command> OUT: <actions>}. */
public final class ScanFile {
    private static final String COMMAND = "IN: ";
    private static final String ACTIONS = " OUT: ";

    private ScanFile() {}

    /** The examples of a file, in its order. */
    public static List<ScanLanguage.Example> read(Path file) {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException failure) {
            throw new RunException("cannot read " + file + ": " + failure.getMessage(), failure);
        }
        List<ScanLanguage.Example> examples = new ArrayList<>();
        for (String line : lines) {
            int actions = line.indexOf(ACTIONS);
            if (!line.startsWith(COMMAND) || actions < COMMAND.length()) {
                throw new RunException(file + ", line " + (examples.size() + 1) + ": '" + line
                        + "' is not of the form 'IN: <command> OUT: <actions>'");
            }
            examples.add(new ScanLanguage.Example(
                    words(line.substring(COMMAND.length(), actions)),
                    words(line.substring(actions + ACTIONS.length()))));
        }
        return examples;
    }

    private static List<String> words(String text) {
        return List.of(text.strip().split("\\s+"));
    }
}
