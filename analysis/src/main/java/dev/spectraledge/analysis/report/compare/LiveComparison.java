package dev.spectraledge.analysis.report.compare;

import dev.spectraledge.analysis.report.live.FileSizes;
import dev.spectraledge.analysis.report.live.LiveSource;
import dev.spectraledge.analysis.report.live.LiveView;
import java.nio.file.Path;
import java.util.List;

/** Runs that are trained side by side at the moment, as a comparison will show them. */
public final class LiveComparison implements LiveSource {
    private final String title;
    private final List<Path> directories;

    /** @param directories of two runs or more */
    public LiveComparison(String title, List<Path> directories) {
        this.title = title;
        this.directories = directories;
    }

    @Override
    public String title() {
        return title;
    }

    @Override
    public Object state() {
        return directories.stream().map(FileSizes::of).toList();
    }

    @Override
    public LiveView view() {
        RunComparison comparison = new RunComparison(directories, List.of());
        long grokked = comparison.runs().stream()
                .filter(run -> run.grokStep().isPresent())
                .count();
        return new LiveView(
                grokked + " of " + comparison.runs().size() + " runs have grokked",
                comparison.remarks(),
                comparison.drawn());
    }
}
