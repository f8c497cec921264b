package dev.spectraledge.analysis.experiment.coupling;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.spectrum.SpectralEdge;
import java.util.List;

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
    /** Of a run's windows, as far as it was evaluated at their ends. */
    static LossCourse of(StudiedRun run, WindowCourse course) {
        Evaluations evaluations = new Evaluations(run);
        List<WindowCourse.Window> windows = course.even(Evaluations.spacing(run, course.stride())).stream()
                .filter(window -> Double.isFinite(evaluations.at(window.step(), "test_loss")))
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
            loss[index] = evaluations.at(window.step(), "test_loss");
            double rate = evaluations.at(window.step(), "learning_rate");
            learningRate[index] = Double.isFinite(rate) ? rate : run.learningRate();
        }
        return new LossCourse(steps, gapRatio, secondRatio, loss, learningRate);
    }

    int size() {
        return steps.length;
    }

    long last() {
        return (long) steps[steps.length - 1];
    }
}
