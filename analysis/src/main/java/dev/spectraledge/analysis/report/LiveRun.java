package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.report.live.FileSizes;
import dev.spectraledge.analysis.report.live.LiveSource;
import dev.spectraledge.analysis.report.live.LiveView;
import java.nio.file.Path;

/** A run directory or an analysis that another thread or program writes, as its report will show it. */
public final class LiveRun implements LiveSource {
    private final Path directory;

    public LiveRun(Path directory) {
        this.directory = directory;
    }

    @Override
    public String title() {
        return directory.toAbsolutePath().normalize().getFileName().toString();
    }

    @Override
    public Object state() {
        return FileSizes.of(directory);
    }

    @Override
    public LiveView view() {
        RunRecord run = RunRecord.read(directory);
        return new LiveView(
                new GrokVerdict(run).sentence(), new RunNarrative(run).sentences(), new RunFigures(run).all());
    }
}
