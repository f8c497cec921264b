package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TestBackends;
import dev.spectraledge.analysis.offline.GoldenFolder;
import dev.spectraledge.trainer.config.ConfigResolver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The reference run, and what the published code prints on it; tests that need it are skipped without it. */
final class GoldenRun {
    private GoldenRun() {}

    static StudiedRun open() {
        Path snapshots = GoldenFolder.require("dyck_s42_snapshots");
        return StudiedRun.of(
                snapshots, new ConfigResolver().override("task.name=dyck").resolve(), TestBackends.HOST);
    }

    /** The lines on the reference run, from the first that contains {@code begin} to the next that contains {@code end}. */
    static List<String> printed(String name, String begin, String end) throws IOException {
        Path folder = GoldenFolder.require("dyck_s42_reference");
        List<String> lines = Files.readAllLines(folder.resolve(name + ".txt"));
        int from = 0;
        while (!lines.get(from).contains(begin)) {
            from++;
        }
        int to = from + 1;
        while (!lines.get(to).contains(end)) {
            to++;
        }
        return lines.subList(from, to);
    }
}
