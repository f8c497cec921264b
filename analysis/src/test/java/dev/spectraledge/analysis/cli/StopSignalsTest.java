package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spectraledge.trainer.training.StopRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StopSignalsTest {
    private static final Path STATUS = Path.of("/proc/self/status");

    /** A signal that was not taken would end this process. */
    @ParameterizedTest
    @CsvSource({"TERM, 15, 75", "HUP, 1, 75", "USR1, 10, 75"})
    void asksTheRunToStop(String name, int number, int exitCode) throws Exception {
        assumeTrue(Files.exists(STATUS), "this system has no signals");
        assumeFalse(isIgnored(number), "this process was told to ignore the signal");
        StopRequest request = new StopRequest();
        try (StopSignals signals = new StopSignals(request)) {
            Process kill = new ProcessBuilder(
                            "kill",
                            "-" + name,
                            Long.toString(ProcessHandle.current().pid()))
                    .inheritIO()
                    .start();
            assertThat(kill.waitFor()).isZero();
            while (!request.isMade()) {
                Thread.onSpinWait();
            }
            assertThat(signals.exitCode()).isEqualTo(exitCode);
        }
    }

    private static boolean isIgnored(int signal) throws Exception {
        try (Stream<String> lines = Files.lines(STATUS)) {
            long ignored = lines.filter(line -> line.startsWith("SigIgn:"))
                    .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                    .findFirst()
                    .orElseThrow();
            return (ignored >> (signal - 1) & 1) == 1;
        }
    }
}
