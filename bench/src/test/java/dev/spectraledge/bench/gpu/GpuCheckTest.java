package dev.spectraledge.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.bench.BenchmarkData;
import dev.spectraledge.kernels.cuda.EmulatedDevice;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Every step in tiny size on the emulated device, so that a mistake in one costs no time on a real device. */
class GpuCheckTest {
    private static final String CACHE = "spectraledge.cache";

    @TempDir
    private Path folder;

    @RegisterExtension
    private final EmulatedDevice device = new EmulatedDevice(BenchmarkData.MEMORY).withoutAccessChecks();

    private String cache;

    @BeforeEach
    void useCacheOfTheMachine() {
        cache = System.getProperty(CACHE);
        System.setProperty(CACHE, device.machine().cache().toString());
    }

    @AfterEach
    void useCacheOfTheUser() {
        if (cache == null) {
            System.clearProperty(CACHE);
        } else {
            System.setProperty(CACHE, cache);
        }
    }

    private List<CheckResult> run(String... steps) throws IOException {
        for (String step : steps) {
            GpuCheck.run(step, folder, CheckSizes.tiny(), Optional.empty());
        }
        return Files.readAllLines(folder.resolve(GpuCheck.RESULTS)).stream()
                .map(line -> CheckResult.of(Json.parseObject(line, "results")))
                .toList();
    }

    /** The one step that says whether a device computes rightly; the others measure. */
    @Test
    void parityRuns() throws IOException {
        requireParity(run("parity"));
    }

    @Test
    @Tag("nightly")
    void everyStepRunsAndTheReportHasItsResults() throws IOException {
        Set<String> steps =
                GpuCheck.steps(folder, CheckSizes.tiny(), Optional.empty()).keySet();
        List<CheckResult> results = run(steps.toArray(String[]::new));

        assertThat(results).extracting(CheckResult::step).containsAll(steps);
        requireParity(results);
        ResultTable table = GpuCheckReport.write(folder, false, "abc");
        assertThat(table.deviceSlug()).isEqualTo("emulated");
        assertThat(folder.resolve("report.md"))
                .content()
                .contains("| S=3 packed fp32 |", "| S=3 linear [", "no time here means anything")
                // A row for each number of runs, behind the heading and its rule.
                .containsPattern(
                        "## Runs side by side\\n\\n(\\|.*\\n){2}\\| 1 \\| .*\\n\\| 2 \\| .*\\n\\| 3 \\| .*\\n\\n")
                .endsWith(GpuCheckReport.summary(table) + "\n");
    }

    private void requireParity(List<CheckResult> results) {
        assertThat(results).noneMatch(result -> result.outcome() == Outcome.FAILED);
        assertThat(PartJournal.unfinished(folder)).isEmpty();
        assertThat(results.stream()
                        .filter(result -> result.step().equals("parity") && result.outcome() == Outcome.PASSED)
                        .map(CheckResult::name))
                .containsExactly("same bytes twice", "graph equals eager", "runs side by side", "CPU");
    }

    @Test
    void unknownStepsAreRefused() {
        assertThatThrownBy(() -> run("nothing"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no step nothing")
                .hasMessageContaining("ceilings");
    }
}
