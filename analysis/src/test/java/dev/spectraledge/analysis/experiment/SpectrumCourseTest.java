package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.nulls.NullModel;
import dev.spectraledge.trainer.RunException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpectrumCourseTest {
    private static final double[] STEPS =
            IntStream.rangeClosed(1, 6).mapToDouble(index -> 100 * index).toArray();

    @TempDir
    private Path folder;

    @Test
    void updatesAndGradientsOfEveryWidthAreThere() {
        StudiedRun run = TableRun.in(folder)
                .spectrum("spectrum.csv", false, STEPS, row -> TableRun.norms(5, 2))
                .spectrum("spectrum_w4.csv", false, STEPS, row -> TableRun.norms(4, 3))
                .spectrum("spectrum_raw.csv", true, STEPS, row -> TableRun.norms(5, 4))
                .spectrum("spectrum_twin.csv", false, STEPS, row -> TableRun.norms(5, 5))
                .open();
        List<SpectrumCourse> courses = SpectrumCourse.all(run);
        assertThat(courses.stream().map(SpectrumCourse::key))
                .containsExactly(
                        "updates/stride=100/W=5",
                        "gradients/stride=100/W=5",
                        "updates/stride=100/twin/W=5",
                        "updates/stride=100/W=4");
        assertThat(courses.get(3).family()).isEqualTo("updates/stride=100");
        assertThat(courses.getFirst().steps()).containsExactly(STEPS);
        assertThat(courses.get(1).column("ratio_23")[2]).isCloseTo(4, within(1e-12));
        assertThat(courses.getFirst().column("no such column")).hasSize(6).containsOnly(Double.NaN);
    }

    @Test
    void windowsThatFillAreLeftOutAndSurrogatesBelongToTheirSteps() {
        String table = "step,sigma_1,sigma_2,k_star_margin\n100,2,,\n200,2,1,2\n300,3,1,3\n";
        StudiedRun run = TableRun.in(folder)
                .file("spectrum.csv", table)
                .file(
                        "spectrum_null.csv",
                        "step,null,quantile,k_star_margin\n300,0,0.05,1\n300,0,0.5,1.5\n300,0,0.95,2.5\n")
                .open();
        SpectrumCourse course = SpectrumCourse.all(run).getFirst();
        assertThat(course.steps()).containsExactly(200, 300);
        assertThat(course.upperBound(NullModel.INDEPENDENT, "k_star_margin")).containsExactly(Double.NaN, 2.5);
        assertThat(course.upperBound(NullModel.AUTOCORRELATED, "k_star_margin")).containsOnly(Double.NaN);
        assertThat(course.column("sigma_1", new double[] {100, 300, 400})).containsExactly(Double.NaN, 3, Double.NaN);
    }

    /** Of 50 updates, as of the published runs with 51 checkpoints (Spectral Edge Dynamics §2.2). */
    @Test
    void asManyWindowsAreFullAsThePaperCounts() {
        for (int[] published : new int[][] {{10, 41}, {15, 36}, {20, 31}, {25, 26}}) {
            int width = published[0];
            double[] ends = IntStream.rangeClosed(2, 50)
                    .mapToDouble(update -> 200 * update)
                    .toArray();
            StringBuilder table = new StringBuilder("step");
            IntStream.rangeClosed(1, width)
                    .forEach(mode -> table.append(",sigma_").append(mode));
            for (double end : ends) {
                table.append('\n').append((long) end);
                int updates = (int) (end / 200);
                IntStream.rangeClosed(1, width)
                        .forEach(mode -> table.append(',').append(mode <= updates ? "1" : ""));
            }
            StudiedRun run = TableRun.in(folder)
                    .file("spectrum.csv", table.append('\n').toString())
                    .open();
            double[] steps = SpectrumCourse.all(run).getFirst().steps();
            assertThat(steps).hasSize(published[1]);
            assertThat(steps[0]).isEqualTo(200.0 * width);
        }
    }

    @Test
    void anAnalysisHasTablesAndNoWeights() {
        StudiedRun analysis = TableRun.ofAnalysis(folder)
                .spectrum("spectrum.csv", false, STEPS, row -> TableRun.norms(5, 2))
                .open();
        assertThat(SpectrumCourse.all(analysis)).hasSize(1);
        assertThat(analysis.task()).isEqualTo("analysis");
        assertThat(analysis.seed()).isEmpty();
        assertThatThrownBy(analysis::layout)
                .isInstanceOf(RunException.class)
                .hasMessageContaining("an analysis of checkpoints does not keep");
        assertThat(Experiments.all().stream().filter(experiment -> experiment.suits(analysis)))
                .isNotEmpty()
                .allMatch(Experiment::looksAtTablesAlone);
    }

    @Test
    void aTrainingThatChangesForGoodIsAskedOfItsTablesAlone() {
        StudiedRun run = TableRun.in(folder, "training.shiftAfter=300", "training.shiftedLearningRate=0.0001")
                .spectrum("spectrum.csv", false, STEPS, row -> TableRun.norms(5, 2))
                .losses(STEPS, STEPS)
                .open();
        assertThat(Arrays.stream(new String[] {"ablation", "training-record"}).map(Experiments::named))
                .allSatisfy(experiment -> assertThat(Objections.of(experiment, run))
                        .hasValueSatisfying(reason -> assertThat(reason).contains("changes after step 300")));
        assertThat(Experiments.named("shift-detection").suits(run)).isTrue();
    }
}
