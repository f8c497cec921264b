package dev.spectraledge.analysis.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class WindowDiagnosticsTest {
    private static final int WINDOW = 5;
    private static final int SIZE = 40;

    private final SyntheticTrajectory trajectory = new SyntheticTrajectory(17, 10, SIZE, 0.03, 0.05);
    private final List<String> columns = WindowDiagnostics.columns(WINDOW);

    private WindowDiagnostics after(int count) {
        WindowDiagnostics diagnostics = new WindowDiagnostics(WINDOW, SIZE);
        diagnostics.compute(trajectory.history(WINDOW, DecaySource.ACCUMULATED, count));
        return diagnostics;
    }

    private double value(WindowDiagnostics diagnostics, String column) {
        assertThat(columns).contains(column);
        return diagnostics.value(columns.indexOf(column));
    }

    @Test
    void everyColumnOfAFullWindowHasANumber() {
        WindowDiagnostics diagnostics = after(8);
        assertThat(diagnostics.size()).isEqualTo(columns.size());
        for (String column : columns) {
            // Two updates make the shorter half of five, hence two modes.
            boolean beyondHalf = column.matches("alpha_half_[345]");
            assertThat(Double.isNaN(value(diagnostics, column))).as(column).isEqualTo(beyondHalf);
        }
    }

    @Test
    void columnsHoldWhatTheirNamesSay() {
        WindowDiagnostics diagnostics = after(8);
        double[] expected = trajectory.singularValues(3, 8);
        double trace = 0;
        for (double singularValue : expected) {
            trace += singularValue * singularValue;
        }
        for (int mode = 0; mode < WINDOW; mode++) {
            assertThat(value(diagnostics, "sigma_" + (mode + 1))).isCloseTo(expected[mode], within(1e-12));
            assertThat(value(diagnostics, "energy_" + (mode + 1)))
                    .isCloseTo(expected[mode] * expected[mode] / trace, within(1e-12));
        }
        double subleading = expected[1] * expected[1] - expected[2] * expected[2];
        assertThat(value(diagnostics, "g23")).isCloseTo(subleading, within(1e-12));
        assertThat(value(diagnostics, "g23_over_trace")).isCloseTo(subleading / trace, within(1e-12));
        int position = (int) value(diagnostics, "k_star");
        assertThat(value(diagnostics, "gap")).isCloseTo(expected[position - 1] - expected[position], within(1e-12));
        assertThat(value(diagnostics, "gap_ratio"))
                .isCloseTo(expected[position - 1] / expected[position], within(1e-12));
        assertThat(value(diagnostics, "update_norm"))
                .isCloseTo(
                        Math.sqrt(SyntheticTrajectory.dot(trajectory.updates[7], trajectory.updates[7])),
                        within(1e-14));
        assertThat(value(diagnostics, "window_updates")).isEqualTo(WINDOW);
        double cosines = 0;
        for (int row = 3; row < 8; row++) {
            for (int column = 3; column < row; column++) {
                double[] one = trajectory.updates[row];
                double[] other = trajectory.updates[column];
                cosines += SyntheticTrajectory.dot(one, other)
                        / Math.sqrt(SyntheticTrajectory.dot(one, one) * SyntheticTrajectory.dot(other, other));
            }
        }
        assertThat(value(diagnostics, "mean_cosine")).isCloseTo(cosines / 10, within(1e-14));
        double[][] now = trajectory.directions(3, 8);
        double[][] before = trajectory.directions(2, 7);
        assertThat(value(diagnostics, "rotation_1"))
                .isCloseTo(
                        Math.toDegrees(Math.acos(Math.abs(SyntheticTrajectory.dot(now[0], before[0])))), within(1e-6));
        double[][] first = trajectory.directions(3, 5);
        double[][] second = trajectory.directions(5, 8);
        assertThat(value(diagnostics, "alpha_half_2"))
                .isCloseTo(Math.abs(SyntheticTrajectory.dot(first[1], second[1])), within(1e-9));
    }

    @Test
    void aGrowingWindowLeavesWhatItCannotSayEmpty() {
        WindowDiagnostics two = after(2);
        assertThat(value(two, "sigma_2")).isPositive();
        assertThat(value(two, "sigma_3")).isNaN();
        assertThat(value(two, "g23")).isEqualTo(Math.pow(value(two, "sigma_2"), 2));
        assertThat(value(two, "rotation_1")).isNaN();
        assertThat(value(two, "gradient_share_2")).isBetween(0.0, 1.0);
        assertThat(value(two, "gradient_share_3")).isNaN();
        assertThat(value(two, "window_updates")).isEqualTo(2);
        WindowDiagnostics three = after(3);
        assertThat(value(three, "rotation_2")).isPositive();
        assertThat(value(three, "rotation_123")).isNaN();
        assertThat(value(three, "alpha_half_1")).isNaN();
        WindowDiagnostics full = after(5);
        assertThat(value(full, "alpha_half_1")).isPositive();
        assertThat(value(full, "alpha_rank2_1")).isNaN();
        assertThat(value(after(6), "alpha_rank2_1")).isNotNaN();
    }

    @Test
    void windowsOfGradientsHaveTheSameNumbersButNoParts() {
        WindowDiagnostics updates = after(8);
        WindowDiagnostics gradients = new WindowDiagnostics(WINDOW, SIZE, true);
        gradients.compute(trajectory.history(WINDOW, DecaySource.GRADIENTS, 8));
        List<String> own = WindowDiagnostics.columns(WINDOW, true);
        assertThat(gradients.size()).isEqualTo(own.size());
        assertThat(own).noneMatch(column -> column.matches(".*(share|alignment|mean_product|transverse).*"));
        for (String column : own) {
            String ofUpdates = column.equals("gradient_norm")
                    ? "update_norm"
                    : column.equals("window_gradients") ? "window_updates" : column;
            assertThat(Double.valueOf(gradients.value(own.indexOf(column))))
                    .as(column)
                    .isEqualTo(Double.valueOf(value(updates, ofUpdates)));
        }
    }

    @Test
    void theMeanCosineIsNoneWhereAnUpdateIsNothing() {
        GramMatrix gram = new GramMatrix(3);
        gram.append(new double[] {4});
        gram.append(new double[] {2, 9});
        assertThat(gram.meanCosine(0, 2)).isEqualTo(1.0 / 3);
        gram.append(new double[] {0, 0, 0});
        assertThat(gram.meanCosine(0, 3)).isNaN();
    }
}
