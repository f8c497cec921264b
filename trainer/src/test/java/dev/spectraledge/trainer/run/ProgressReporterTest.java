package dev.spectraledge.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.Allocations;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressReporterTest {
    private static final String ERASE = "\r\u001b\\[K";
    private static final long SECOND = 1_000_000_000L;

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(shown, true, StandardCharsets.UTF_8);
    private long now;

    private ProgressReporter reporter(boolean live, boolean style, int columns) {
        return new ProgressReporter(new StatusLine(out, new Terminal(live, style, columns), () -> now), 0, 20_000);
    }

    private String shown() {
        return shown.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
    }

    @Test
    void writesSparseLinesElsewhere() {
        try (ProgressReporter progress = reporter(false, false, 120)) {
            progress.evaluation(1, 0.25, 0.953);
            progress.spectrum(2, 3.414);
            for (int step = 1; step <= 4500; step++) {
                now += SECOND / 400;
                progress.step(step, 0.00123);
            }
        }
        assertThat(shown().lines())
                .containsExactly(
                        "step 4,000/20,000  loss 1.23e-03  test loss 2.50e-01  accuracy 1.000/0.953  k* 2  R 3.41"
                                + "  400 steps/s  ETA 0:40",
                        "step 4,500/20,000  loss 1.23e-03  test loss 2.50e-01  accuracy 1.000/0.953  k* 2  R 3.41"
                                + "  400 steps/s  ETA 0:39");
    }

    @Test
    void renewsOneLineOnATerminal() {
        ProgressReporter progress = reporter(true, false, 30);
        now = SECOND;
        progress.step(10, 0.5);
        progress.message("grokked at step 10");
        now = 2 * SECOND;
        progress.step(20, 0.25);
        progress.close();
        assertThat(shown().split(ERASE, -1))
                .containsExactly(
                        "",
                        "step 10/20,000  loss 5.00e-01",
                        "grokked at step 10\n",
                        "step 20/20,000  loss 2.50e-01",
                        "step 20/20,000  loss 2.50e-01\n");
    }

    @Test
    void theEndMayMove() {
        try (ProgressReporter progress = reporter(false, false, 120)) {
            progress.expectSteps(3700);
            now = SECOND;
            progress.step(700, 0.5);
        }
        assertThat(shown()).contains("step 700/3,700").contains("700 steps/s  ETA 0:04");
    }

    @Test
    void saysNothingOfARunThatDidNotBegin() {
        reporter(false, false, 120).close();
        reporter(true, true, 120).close();
        assertThat(shown()).isEmpty();
    }

    @Test
    void emphasisIsOptional() {
        try (ProgressReporter progress = reporter(true, true, 120)) {
            now = SECOND;
            progress.step(1, 0.5);
        }
        assertThat(shown()).contains("\u001b[1mstep 1/20,000\u001b[0m  loss");
    }

    @Test
    void showsHoursWhenItTakesHours() {
        try (ProgressReporter progress = reporter(false, false, 120)) {
            now = SECOND;
            progress.step(2, 0.5);
        }
        assertThat(shown()).contains("2 steps/s  ETA 2:46:39");
    }

    @Test
    void countsRunsThatTrainSideBySide() {
        try (ProgressReporter progress = reporter(false, false, 120)) {
            progress.runs(64, 12, 3);
            progress.step(2, 0.5);
        }
        assertThat(shown()).contains("step 2/20,000  64 runs: 12 grokked, 3 ended  loss 5.00e-01");
    }

    @Test
    void allocatesNothingUntilItPrints() {
        ProgressReporter progress = reporter(true, true, 120);
        assertThat(Allocations.bytesPerCall(() -> {
                    progress.step(1, 0.5);
                    progress.evaluation(1, 2, 3);
                    progress.spectrum(1, 2);
                }))
                .isZero();
        assertThat(shown()).isEmpty();
    }
}
