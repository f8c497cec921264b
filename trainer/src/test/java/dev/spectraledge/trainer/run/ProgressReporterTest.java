package dev.spectraledge.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.Allocations;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Tag;
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
        assertThat(linesOfARun(120))
                .containsExactly(
                        "step 4,000/20,000  loss 1.2e-3/2.5e-1  acc 1.000/0.953  k* 2  R 3.41  400 steps/s  ETA 0:40",
                        "step 4,500/20,000  loss 1.2e-3/2.5e-1  acc 1.000/0.953  k* 2  R 3.41  400 steps/s  ETA 0:39");
    }

    @Test
    void leavesOutWhatHasNoRoom() {
        assertThat(linesOfARun(80).getFirst())
                .isEqualTo("step 4,000/20,000  loss 1.2e-3/2.5e-1  acc 1.000/0.953  k* 2  R 3.41  ETA 0:40");
        assertThat(linesOfARun(72).getFirst())
                .isEqualTo("step 4,000/20,000  loss 1.2e-3/2.5e-1  acc 1.000/0.953  k* 2  ETA 0:40");
        assertThat(linesOfARun(40).getFirst()).isEqualTo("step 4,000/20,000  ETA 0:40");
    }

    private List<String> linesOfARun(int columns) {
        shown.reset();
        now = 0;
        try (ProgressReporter progress = reporter(false, false, columns)) {
            progress.evaluation(1, 0.25, 0.953);
            progress.spectrum(2, 3.414);
            for (int step = 1; step <= 4500; step++) {
                now += SECOND / 400;
                progress.step(step, 0.00123);
            }
        }
        return shown().lines().toList();
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
                        "step 10/20,000  loss 5.0e-1",
                        "grokked at step 10\n",
                        "step 20/20,000  loss 2.5e-1",
                        "step 20/20,000  loss 2.5e-1\n");
    }

    @Test
    void namesHoldNothingThatATerminalObeys() {
        for (boolean live : new boolean[] {true, false}) {
            StatusLine line = new StatusLine(out, new Terminal(live, false, 80), () -> now);
            shown.reset();
            line.show("run a\u009b2J");
            line.message("run \u001b[2J failed");
            assertThat(shown().replaceAll(ERASE, "\n").lines().filter(shownLine -> !shownLine.isEmpty()))
                    .containsExactly("run a\\u009b2J", "run \\u001b[2J failed");
        }
    }

    @Test
    void theEndMayMove() {
        try (ProgressReporter progress = reporter(false, false, 120)) {
            progress.expectSteps(3700, false);
            now = SECOND;
            progress.step(700, 0.5);
        }
        assertThat(shown()).contains("step 700/3,700").contains("700 steps/s  ETA 0:04");
    }

    @Test
    void anEndThatIsNotKnownYetIsSaidToBeTheLatest() {
        try (ProgressReporter progress = reporter(false, false, 120)) {
            progress.expectSteps(20_000, true);
            now = SECOND;
            progress.step(700, 0.5);
        }
        assertThat(shown()).contains("700 steps/s  ETA < 0:28");
    }

    @Test
    void estimatesNothingFromTheFirstStepsOfAProcess() {
        for (int step : new int[] {1, 49}) {
            now = 0;
            try (ProgressReporter progress = reporter(false, false, 120)) {
                now = SECOND;
                progress.step(step, 0.5);
            }
        }
        assertThat(shown().lines()).hasSize(2).noneMatch(line -> line.contains("ETA"));
        shown.reset();
        try (ProgressReporter resumed =
                new ProgressReporter(new StatusLine(out, new Terminal(false, false, 120), () -> now), 10_000, 20_000)) {
            now += SECOND;
            resumed.step(10_049, 0.5);
            now += 10 * SECOND;
            resumed.step(10_050, 0.5);
        }
        assertThat(shown().lines().toList().getFirst()).endsWith("ETA 36:29").contains("step 10,050/20,000");
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
            now = 25 * SECOND;
            progress.step(50, 0.5);
        }
        assertThat(shown()).contains("2 steps/s  ETA 2:46:15");
    }

    @Test
    void countsRunsThatTrainSideBySide() {
        try (ProgressReporter progress = reporter(false, false, 120)) {
            progress.runs(64, 12, 3);
            progress.step(2, 0.5);
        }
        assertThat(shown()).contains("step 2/20,000  64 runs: 12 grokked, 3 ended  loss 5.0e-1");
    }

    @Tag("garbage")
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
