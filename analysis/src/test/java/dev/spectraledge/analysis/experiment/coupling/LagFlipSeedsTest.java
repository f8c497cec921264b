package dev.spectraledge.analysis.experiment.coupling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.FindingsFolder;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TableRun;
import dev.spectraledge.analysis.series.DrawnSeries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LagFlipSeedsTest {
    private static final int EVALUATIONS = 80;
    private static final long LAST = 100 * (EVALUATIONS - 1);
    private static final String FAMILY = "updates/stride=100";

    @TempDir
    private Path folder;

    private static double[] steps(int from) {
        return IntStream.range(from, EVALUATIONS)
                .mapToDouble(index -> 100 * index)
                .toArray();
    }

    /**
     * Runs of four seeds.
     *
     * @param related whether windows have to do with the loss: those of 10 updates one evaluation late, those of 20 one early
     */
    private Findings measure(Random random, boolean related, int seeds) throws IOException {
        List<StudiedRun> runs = new ArrayList<>();
        for (int seed = 0; seed < seeds; seed++) {
            double[] loss = DrawnSeries.autoregressive(random, 0.5, EVALUATIONS);
            double[] other = related ? loss : DrawnSeries.autoregressive(random, 0.5, EVALUATIONS);
            TableRun run = TableRun.in(Files.createDirectory(folder.resolve("seed-" + seed)), "training.seed=" + seed)
                    .losses(
                            steps(0),
                            Arrays.stream(loss).map(value -> 10 + value).toArray());
            for (int width : new int[] {10, 20}) {
                double[] ends = steps(width);
                run.spectrum("spectrum_w" + width + ".csv", false, ends, row -> {
                    int middle = (int) (ends[row] / 100) - width / 2 + (width == 10 ? -1 : 1);
                    return TableRun.norms(width, 10 - other[middle]);
                });
            }
            runs.add(run.open());
        }
        return new LagFlipSeeds().measure(runs, FindingsFolder::of);
    }

    private static double value(Findings findings, String quantity, String item) {
        return findings.value(Procedure.CONTROLLED, quantity, FAMILY + item, LAST)
                .orElseThrow();
    }

    @Test
    void aFlipOfAllRunsIsRarerThanThatOfOne() throws IOException {
        Findings findings = measure(new Random(101), true, 4);
        assertThat(value(findings, "runs", "")).isEqualTo(4);
        assertThat(value(findings, "flips", "/most-negative")).isEqualTo(1);
        assertThat(value(findings, "lag-change", "/strongest")).isEqualTo(2);
        assertThat(value(findings, "flips-p", "/most-negative/phases")).isLessThan(0.02);
        assertThat(value(findings, "flips-p", "/strongest/autoregression")).isLessThan(0.02);
        assertThat(findings.remarks()).isEmpty();
    }

    @Test
    void runsWhoseLossKnowsNothingOfTheWindowsSeldomFlipTogether() throws IOException {
        Findings findings = measure(new Random(102), false, 4);
        for (String item : new String[] {"/published", "/most-negative", "/strongest"}) {
            assertThat(value(findings, "flips-p", item + "/autoregression")).isGreaterThan(0.02);
            assertThat(value(findings, "flips-by-chance", item + "/autoregression"))
                    .isBetween(0.02, 0.5);
        }
    }

    @Test
    void oneSeedIsNotEnoughAndTwoAreFew() throws IOException {
        StudiedRun bare = TableRun.in(folder).open();
        assertThat(new LagFlipSeeds().objection(List.of(bare)))
                .hasValueSatisfying(reason -> assertThat(reason).contains("needs runs of 4 seeds", "--seeds 4"));
        assertThat(new LagFlipSeeds().objection(List.of(bare, bare)))
                .hasValueSatisfying(reason -> assertThat(reason).contains("alsoWindows"));
        assertThat(measure(new Random(103), true, 2).remarks())
                .singleElement()
                .asString()
                .contains("of 4 seeds, these are 2");
    }
}
