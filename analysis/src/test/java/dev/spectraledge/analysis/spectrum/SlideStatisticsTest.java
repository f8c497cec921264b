package dev.spectraledge.analysis.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlideStatisticsTest {
    private static final int WINDOW = 4;
    private static final int SIZE = 25;

    private final List<String> names = new SlideStatistics(WINDOW).names();

    private double[] of(SyntheticTrajectory trajectory, double rate) {
        SlideStatistics statistics = new SlideStatistics(WINDOW);
        statistics.setLearningRate(rate);
        double[] values = new double[names.size()];
        GramMatrix gram =
                trajectory.history(WINDOW, DecaySource.NONE, WINDOW + 1).gram();
        statistics.compute(gram, 0, WINDOW + 1, SIZE, values);
        return values;
    }

    private double value(double[] values, String name) {
        return values[names.indexOf(name)];
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void theChangeIsThatOfTheWholeOperatorAndAFollowsItsFormula(long seed) {
        SyntheticTrajectory trajectory = new SyntheticTrajectory(seed, WINDOW + 1, SIZE, 0.01, 0.05);
        double rate = 0.25;
        double[] values = of(trajectory, rate);
        double change = 0;
        for (int row = 0; row < SIZE; row++) {
            for (int column = 0; column < SIZE; column++) {
                double came = trajectory.updates[WINDOW][row] * trajectory.updates[WINDOW][column];
                double left = trajectory.updates[0][row] * trajectory.updates[0][column];
                change += (came - left) * (came - left);
            }
        }
        double ofOperator = Math.sqrt(change);
        assertThat(value(values, "gram_change_rank2")).isCloseTo(ofOperator, within(1e-12 * ofOperator));
        double[] now = trajectory.singularValues(1, WINDOW + 1);
        double[] before = trajectory.singularValues(0, WINDOW);
        double squares = 0;
        int position = 1;
        for (int mode = 0; mode < WINDOW; mode++) {
            squares += Math.pow(now[mode] * now[mode] - before[mode] * before[mode], 2);
            if (mode > 0 && now[mode - 1] / now[mode] > now[position - 1] / now[position]) {
                position = mode;
            }
        }
        double ofEigenvalues = Math.sqrt(squares);
        assertThat(value(values, "gram_change_spectrum")).isCloseTo(ofEigenvalues, within(1e-11 * ofOperator));
        double gap = now[position - 1] - now[position];
        double perUpdate = ofOperator / (gap * gap);
        assertThat(value(values, "adiabatic_per_update_rank2")).isCloseTo(perUpdate, within(1e-10 * perUpdate));
        assertThat(value(values, "adiabatic_rank2")).isCloseTo(perUpdate / rate, within(1e-9 * perUpdate));
        assertThat(value(values, "adiabatic_per_update_spectrum"))
                .isCloseTo(ofEigenvalues / (gap * gap), within(1e-10 * perUpdate));
        assertThat(value(values, "adiabatic_spectrum"))
                .isCloseTo(ofEigenvalues / (gap * gap) / rate, within(1e-9 * perUpdate));
        assertThat(value(of(trajectory, Double.NaN), "adiabatic_rank2")).isNaN();
    }

    /** Twice the number is a theorem (Yu, Wang and Samworth 2015, corollary 1). */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noDirectionTurnsByMoreThanTwiceTheBound(long seed) {
        SyntheticTrajectory trajectory = new SyntheticTrajectory(seed, WINDOW + 1, SIZE, 0.01, 0.05);
        double[] values = of(trajectory, 1);
        double[][] now = trajectory.directions(1, WINDOW + 1);
        double[][] before = trajectory.directions(0, WINDOW);
        for (int mode = 0; mode < WINDOW; mode++) {
            double cosine = SyntheticTrajectory.dot(now[mode], before[mode]);
            assertThat(Math.sqrt(Math.max(1 - cosine * cosine, 0)))
                    .isLessThanOrEqualTo(2 * value(values, "davis_kahan_" + (mode + 1)));
        }
    }
}
