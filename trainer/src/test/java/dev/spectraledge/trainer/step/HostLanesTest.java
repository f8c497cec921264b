package dev.spectraledge.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.training.RunInputs;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostLanesTest {
    private static List<RunConfig> runs(String task, int count) {
        RunConfig config = new ConfigResolver().override("task.name=" + task).resolve();
        return LongStream.range(0, count)
                .mapToObj(seed -> config.with(seed, Path.of("run" + seed)))
                .toList();
    }

    /** A batch of Dyck words, or of pairs of numbers, would be shredded; one of commands and actions feeds many. */
    @ParameterizedTest
    @CsvSource({"dyck, 64, 2, 4", "modular, 64, 6, 10", "scan, 64, 16, 40", "dyck, 2, 2, 2", "scan, 4, 4, 4"})
    void workersAreAsManyAsABatchKeepsBusy(String task, int cores, int least, int most) {
        try (RunInputs inputs = new RunInputs(runs(task, 1))) {
            TrainingSetup setup = inputs.setup();
            int workers = HostLanes.usefulWorkers(setup, cores);
            assertThat(workers).isBetween(least, most);
            assertThat(setup.typicalRows() / workers).isGreaterThanOrEqualTo(100);
        }
    }

    @ParameterizedTest
    @CsvSource({"3, 64, 3", "3, 2, 2"})
    void ofSeveralRunsEachHasAWorkerAtMost(int count, int cores, int expected) {
        try (RunInputs inputs = new RunInputs(runs("dyck", count))) {
            assertThat(HostLanes.usefulWorkers(inputs.setup(), cores)).isEqualTo(expected);
        }
    }
}
