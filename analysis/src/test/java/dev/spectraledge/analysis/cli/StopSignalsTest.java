package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spectraledge.trainer.training.StopRequest;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StopSignalsTest {
    /** A signal that was not taken would end this process. */
    @ParameterizedTest
    @CsvSource({"TERM, 15, 75", "HUP, 1, 75", "USR1, 10, 75"})
    void asksTheRunToStop(String name, int number, int exitCode) throws Exception {
        assumeTrue(Signals.exist(), "this system has no signals");
        assumeFalse(Signals.isIgnored(number), "this process was told to ignore the signal");
        StopRequest request = new StopRequest();
        try (StopSignals signals = new StopSignals(request)) {
            Signals.raise(name);
            assertThat(request.isMade()).isTrue();
            assertThat(signals.exitCode()).isEqualTo(exitCode);
        }
    }
}
