package dev.spectraledge.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sentences of a report follow from the run's tables, whichever way these have it. */
class RunNarrativeTest {
    private static final String SHARES = "step,sigma_1,sigma_2,gradient_share_1\n";
    private static final String RATIOS = "step,sigma_1,sigma_2,gap_ratio\n";

    @TempDir
    private Path folder;

    private Path run;

    @BeforeEach
    void aRunOfNothing() throws IOException {
        run = Files.createDirectory(folder.resolve("run"));
        SampleRun.text(run, "config.json", "{\"task\": {\"name\": \"dyck\"}}");
    }

    @Test
    void tellsTheTurnThatEveryStepShowsFromThatOfTheWindow() {
        SampleRun.text(run, "spectrum.csv", SHARES + "200,2,1,0.9\n300,2,1,0.4\n400,2,1,0.4\n500,2,1,0.3\n");
        SampleRun.text(run, "spectrum_every.csv", SHARES + "145,2,1,0.6\n146,2,1,0.4\n147,2,1,0.7\n");
        assertThat(sentences())
                .containsExactly(
                        "Seen at every step (window of W = 2 updates), v₁ first turned to decay at step 146; from then"
                                + " on decay led in 50 % of the windows.",
                        "At stride 100 (window of W = 2 updates), v₁ first turned to decay at step 300 = 100·(W + 1),"
                                + " where the first update leaves the window; from then on decay led in 100 % of the"
                                + " windows.");
    }

    @Test
    void aTurnAtAnotherStepIsNotPutDownToTheWindow() {
        SampleRun.text(run, "spectrum.csv", SHARES + "200,2,1,0.9\n300,2,1,0.6\n400,2,1,0.4\n");
        assertThat(sentences())
                .singleElement()
                .asString()
                .contains("v₁ first turned to decay at step 400;")
                .doesNotContain("(W + 1)");
    }

    @Test
    void detectorsThatFiredAreToldWithTheirSteps() {
        SampleRun.text(
                run,
                "events.csv",
                "step,known_at,event,detail\n1400,1400,warning_g23,\n1600,1600,warning_gap_ratio,\n3400,3400,grok,\n");
        assertThat(sentences())
                .containsExactly("Detectors fired: g23 at step 1400, gap_ratio at step 1600. One run does not show how "
                        + "often they are wrong.");
    }

    @Test
    void withoutATurnThereIsNone() {
        SampleRun.text(run, "spectrum.csv", SHARES + "200,2,1,0.9\n300,2,1,\n400,2,1,0.5\n");
        assertThat(sentences())
                .containsExactly("At stride 100 (window of W = 2 updates), the gradient led along v₁ in every window.");
    }

    @Test
    void decayFromTheFirstWindowOnIsNoTurn() {
        SampleRun.text(run, "spectrum.csv", SHARES + "200,2,1,\n300,2,1,0.1\n400,2,1,0.9\n");
        assertThat(sentences())
                .containsExactly("At stride 100 (window of W = 2 updates), decay led along v₁ from the first window on"
                        + " (step 300); from then on decay led in 50 % of the windows.");
    }

    /** Windows of two updates: 300, 500 and 700 share none; the window at 200 is not full, those between are not counted. */
    @Test
    void countsWindowsThatShareNoUpdate() {
        SampleRun.text(
                run,
                "spectrum.csv",
                RATIOS + "200,2,,9\n300,2,1,9\n400,2,1,9\n500,2,1,1.5\n600,2,1,9\n700,2,1,1.5\n800,2,1,9\n");
        SampleRun.text(run, "spectrum_null.csv", nulls(2));
        assertThat(sentences())
                .containsExactly(
                        "At stride 100 (window of W = 2 updates), R is larger than independent updates give in 100 %"
                                + " of windows; it is not distinguishable from what updates with the same lag correlations"
                                + " give, being larger in 33.3 % of windows and smaller in 0 %. Counted are 3 full windows"
                                + " that share no update; of the null’s own windows, 5 % (independent) or 0 to 2 %"
                                + " (lag-matched, if updates correlate) are as large.");
    }

    @Test
    void aGapThatNeverExceedsTheNullIsSaidNotTo() {
        SampleRun.text(run, "spectrum.csv", RATIOS + "300,2,1,1.9\n400,2,1,9\n500,2,1,2\n");
        SampleRun.text(run, "spectrum_null.csv", nulls(2));
        assertThat(sentences())
                .singleElement()
                .asString()
                .contains("same lag correlations give, being larger in 0 % of windows", "Counted are 2 full windows");
    }

    @Test
    void saysHowLongGeneralisingTook() {
        SampleRun.text(
                run, "metrics.csv", "step,train_accuracy,test_accuracy\n100,0.5,0.01\n200,1,0.012\n900,1,0.97\n");
        assertThat(sentences())
                .containsExactly(
                        "Training accuracy reached 0.95 by step 200, when test accuracy was 0.0120; at the last"
                                + " evaluation, step 900, it was 0.970.");
        SampleRun.text(run, "events.csv", "step,event,detail\n900,grok,test accuracy 0.97\n");
        assertThat(sentences())
                .containsExactly(
                        "Training accuracy reached 0.95 by step 200, when test accuracy was 0.0120; test accuracy"
                                + " followed 700 steps later.");
        SampleRun.text(run, "events.csv", "step,event,detail\n200,grok,test accuracy 0.96\n");
        assertThat(sentences()).singleElement().asString().contains("generalised no later than it memorised");
    }

    @Test
    void standAboveTheFirstSectionAndInTheNumbers() throws IOException {
        Path sample = SampleRun.writeTo(folder.resolve("sample"));
        Report report = Report.of(sample);
        String page = Files.readString(report.write());
        String first = page.substring(0, page.indexOf("<section"));
        assertThat(report.numbers().get("happened"))
                .asInstanceOf(InstanceOfAssertFactories.list(String.class))
                .hasSize(4)
                .allSatisfy(sentence -> assertThat(first).contains("<li>" + sentence + "</li>"));
    }

    private List<String> sentences() {
        return new RunNarrative(RunRecord.read(run, Map.of())).sentences();
    }

    /** Of every window from 200 to 800, with this highest quantile for correlated updates and a lower one for others. */
    private static String nulls(double highest) {
        StringBuilder text = new StringBuilder("step,null,quantile,gap_ratio\n");
        for (int step = 200; step <= 800; step += 100) {
            text.append(step).append(",0,0.95,1.1\n");
            text.append(step)
                    .append(",1,0.05,1\n")
                    .append(step)
                    .append(",1,0.95,")
                    .append(highest)
                    .append('\n');
        }
        return text.toString();
    }
}
