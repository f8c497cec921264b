package dev.spectraledge.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {
    @TempDir
    Path folder;

    @Test
    void appendsLinesWithTheTime() {
        Path file = folder.resolve("log.txt");
        Clock clock = Clock.fixed(Instant.parse("2026-01-02T03:04:05.678Z"), ZoneOffset.UTC);
        new RunLog(file, clock).line("one");
        new RunLog(file, clock).line("two\nthree");
        assertThat(file).hasContent("2026-01-02T03:04:05Z one\n2026-01-02T03:04:05Z two three\n");
    }
}
