package dev.spectraledge.analysis.report.compare;

import dev.spectraledge.analysis.report.plot.Line.Stroke;
import dev.spectraledge.analysis.report.plot.Palette;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * How each run is drawn: a few in lines that are all different, more of them in colours by the value of a setting in which they
 * differ, and where there is no such setting in colours that come again.
 */
final class RunColours {
    /** As many as there are colours but grey. */
    private static final int COLOURS = Palette.GREY;
    /** More lines, dashed ones included, are no longer told apart. */
    private static final int MOST_LINES = 8;

    private static final String SEED = "training.seed";

    private final List<ComparedRun> runs;
    /** The setting that colours stand for. */
    private final Optional<Map.Entry<String, List<String>>> setting;

    private final List<String> values;

    RunColours(List<ComparedRun> runs, Differences differences) {
        this.runs = runs;
        setting = runs.size() <= MOST_LINES
                ? Optional.empty()
                : differences.different().entrySet().stream()
                        .filter(entry -> !entry.getKey().equals(SEED))
                        .filter(entry -> different(entry) <= COLOURS)
                        .max(Comparator.comparingLong(RunColours::different));
        values = setting.map(entry -> new ArrayList<>(new LinkedHashSet<>(entry.getValue())))
                .orElseGet(ArrayList::new);
    }

    private static long different(Map.Entry<String, List<String>> setting) {
        return setting.getValue().stream().distinct().count();
    }

    int colour(ComparedRun run) {
        int index = runs.indexOf(run);
        return setting.map(entry -> values.indexOf(entry.getValue().get(index))).orElse(index % COLOURS);
    }

    Stroke stroke(ComparedRun run) {
        return isEachDifferent() && runs.indexOf(run) >= COLOURS ? Stroke.DASHED : Stroke.SOLID;
    }

    /** Of an element that stands for the line of a run, as in the legends of plots. */
    String cssClass(ComparedRun run) {
        return "swatch " + stroke(run).name().toLowerCase(Locale.ROOT) + " s" + colour(run);
    }

    /** Whether no two runs look the same. */
    boolean isEachDifferent() {
        return runs.size() <= MOST_LINES;
    }

    /** What colours stand for where they do not stand for single runs; else empty. */
    String sentence() {
        if (isEachDifferent()) {
            return "";
        }
        return setting.map(entry -> "Colours stand for " + entry.getKey() + ", not for single runs.")
                .orElse("There are more runs than colours: every " + COLOURS + "th run has the same.");
    }
}
