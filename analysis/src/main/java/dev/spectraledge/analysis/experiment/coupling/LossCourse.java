package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.experiment.SpectrumCourse;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.series.EvenSteps;
import dev.spectraledge.analysis.spectrum.SpectralEdge;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Gap ratios and test losses at the same steps, in equal intervals.
 *
 * @param steps of the windows' ends
 * @param gapRatio R at k* = argmax (thesis)
 * @param secondRatio σ₂/σ₃ (Spectral Edge Dynamics)
 * @param loss of the test set
 * @param learningRate η of the last step
 */
@SuppressWarnings("ArrayRecordComponent")
record LossCourse(double[] steps, double[] gapRatio, double[] secondRatio, double[] loss, double[] learningRate) {
    static final String TEST_LOSS = "test_loss";

    /** Of a run's windows, as far as it was evaluated at their ends. */
    static LossCourse of(StudiedRun run, WindowCourse course) {
        Evaluations evaluations = new Evaluations(run);
        List<WindowCourse.Window> windows = course.even(Evaluations.spacing(run, course.stride())).stream()
                .filter(window -> Double.isFinite(evaluations.at(window.step(), TEST_LOSS)))
                .toList();
        double[] steps = new double[windows.size()];
        double[] gapRatio = new double[windows.size()];
        double[] secondRatio = new double[windows.size()];
        double[] loss = new double[windows.size()];
        double[] learningRate = new double[windows.size()];
        for (int index = 0; index < windows.size(); index++) {
            WindowCourse.Window window = windows.get(index);
            steps[index] = window.step();
            gapRatio[index] = window.gapRatio();
            secondRatio[index] = SpectralEdge.ratio(window.spectrum(), 2);
            loss[index] = evaluations.at(window.step(), TEST_LOSS);
            learningRate[index] = evaluations.rate(run, window.step());
        }
        return new LossCourse(steps, gapRatio, secondRatio, loss, learningRate);
    }

    /** Of the windows of a table, as far as the run was evaluated at their ends. */
    static LossCourse of(StudiedRun run, SpectrumCourse course) {
        Evaluations evaluations = new Evaluations(run);
        double[] ends = course.steps();
        double[] first = course.column("gap_ratio");
        double[] second = course.column("ratio_23");
        int[] evaluated = IntStream.range(0, ends.length)
                .filter(row -> Double.isFinite(first[row])
                        && Double.isFinite(second[row])
                        && Double.isFinite(evaluations.at((long) ends[row], TEST_LOSS)))
                .toArray();
        int[] even = EvenSteps.longest(at(evaluated, ends));
        int[] rows = IntStream.of(even).map(index -> evaluated[index]).toArray();
        double[] steps = at(rows, ends);
        return new LossCourse(
                steps,
                at(rows, first),
                at(rows, second),
                Arrays.stream(steps)
                        .map(step -> evaluations.at((long) step, TEST_LOSS))
                        .toArray(),
                Arrays.stream(steps)
                        .map(step -> evaluations.rate(run, (long) step))
                        .toArray());
    }

    private static double[] at(int[] rows, double[] values) {
        return IntStream.of(rows).mapToDouble(row -> values[row]).toArray();
    }

    int size() {
        return steps.length;
    }

    long last() {
        return (long) steps[steps.length - 1];
    }
}
