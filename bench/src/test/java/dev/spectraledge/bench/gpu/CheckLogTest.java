package dev.spectraledge.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckLogTest {
    @TempDir
    private Path folder;

    @Test
    void aPartThatThrowsIsAFailureAndTheOthersGoOn() throws IOException {
        Path file = folder.resolve(GpuCheck.RESULTS);
        CheckLog log = new CheckLog(file, "some step");
        log.attempt("first", () -> {
            throw new IOException("broken");
        });
        log.attempt("second", () -> log.judged("second", true, "", Map.of("microseconds", 2.5)));

        List<CheckResult> results = Files.readAllLines(file).stream()
                .map(line -> CheckResult.of(Json.parseObject(line, "results")))
                .toList();
        assertThat(results)
                .containsExactly(
                        new CheckResult("some step", "first", Outcome.FAILED, "java.io.IOException: broken", Map.of()),
                        new CheckResult("some step", "second", Outcome.PASSED, "", Map.of("microseconds", 2.5)));
    }
}
