package dev.spectraledge.analysis.experiment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the reference printed on its run with weight decay, line by line with the step that a line belongs to. */
public final class ReferenceText {
    private static final Pattern STEP = Pattern.compile("\\(step (\\d+)\\):");

    private ReferenceText() {}

    /** A line without its margins. */
    public record Line(long step, String text) {
        /** The groups of a pattern found in this line; empty if it is not found. */
        public List<String> find(Pattern pattern) {
            List<String> groups = new ArrayList<>();
            Matcher matcher = pattern.matcher(text);
            if (matcher.find()) {
                for (int group = 1; group <= matcher.groupCount(); group++) {
                    groups.add(matcher.group(group));
                }
            }
            return groups;
        }
    }

    /** The lines that follow the first step, down to the control or the summary. */
    public static List<Line> read(Path file) {
        List<Line> lines = new ArrayList<>();
        long step = -1;
        for (String line : lines(file)) {
            if (step >= 0 && (line.contains("memo") || line.contains("SUMMARY"))) {
                break;
            }
            Matcher matcher = STEP.matcher(line);
            if (matcher.find()) {
                step = Long.parseLong(matcher.group(1));
            } else if (step >= 0) {
                lines.add(new Line(step, line.strip()));
            }
        }
        return lines;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /**
     * How far a value may lie from a printed number: half a unit of its last digit, and a hundredth of one for the float32 in
     * which the reference computed.
     */
    public static double tolerance(String printed) {
        int digits = printed.contains(".") ? printed.length() - printed.indexOf('.') - 1 : 0;
        return 0.51 * Math.pow(10, -digits);
    }
}
