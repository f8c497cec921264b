package dev.spectraledge.analysis.earlywarning;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The run directories of a sweep, of a folder of runs, or a single one. */
final class RunsOfSource {
    private RunsOfSource() {}

    /** @throws RunException if there are none */
    static List<Path> of(Path source) {
        if (RunDirectory.isOne(source)) {
            return List.of(source);
        }
        Optional<SweepPlan> sweep = SweepPlan.readIfPlanned(source);
        if (sweep.isPresent()) {
            return sweep.get().runs().stream().map(sweep.get()::directory).toList();
        }
        try (Stream<Path> folders = Files.list(source)) {
            List<Path> runs = folders.filter(RunDirectory::isOne).sorted().toList();
            if (!runs.isEmpty()) {
                return runs;
            }
        } catch (IOException failure) {
            throw RunException.of("cannot read", source, failure);
        }
        throw new RunException(source + " is neither a sweep nor a run, nor a folder of runs");
    }
}
