package dev.spectraledge.analysis.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;

/** Against the decomposition of rows that were really changed. */
class DerivedWindowTest {
    private static final int WINDOW = 5;
    private static final int SIZE = 40;
    private static final int UPDATES = 9;

    /** Half of each update is decay, so that θ is far from any chance direction of theirs. */
    private final SyntheticTrajectory trajectory = new SyntheticTrajectory(17, UPDATES, SIZE, 0.03, 0.03);

    private double value(String column) {
        WindowDiagnostics diagnostics = new WindowDiagnostics(WINDOW, SIZE);
        diagnostics.compute(trajectory.history(WINDOW, DecaySource.NONE, UPDATES));
        List<String> columns = WindowDiagnostics.columns(WINDOW);
        return diagnostics.value(columns.indexOf(column));
    }

    private double[][] window() {
        double[][] rows = new double[WINDOW][];
        for (int row = 0; row < WINDOW; row++) {
            rows[row] = trajectory.updates[UPDATES - WINDOW + row].clone();
        }
        return rows;
    }

    private void requireSpectrum(String prefix, double[][] rows) {
        double[] expected = new SingularValueDecomposition(new Array2DRowRealMatrix(rows)).getSingularValues();
        int position = 1;
        for (int mode = 1; mode <= WINDOW; mode++) {
            // A Gram matrix is known to 2⁻⁵¹ of its trace; the least of these σ is a tenth of the largest.
            assertThat(value(prefix + "sigma_" + mode)).isCloseTo(expected[mode - 1], within(1e-13 * expected[0]));
            if (mode < WINDOW && expected[mode - 1] / expected[mode] > expected[position - 1] / expected[position]) {
                position = mode;
            }
        }
        assertThat(value(prefix + "k_star")).isEqualTo(position);
        assertThat(value(prefix + "gap_ratio")).isCloseTo(expected[position - 1] / expected[position], within(1e-11));
    }

    @Test
    void unitRowsAreTheUpdatesOfNormOne() {
        double[][] rows = window();
        for (double[] row : rows) {
            double norm = Math.sqrt(SyntheticTrajectory.dot(row, row));
            for (int index = 0; index < SIZE; index++) {
                row[index] /= norm;
            }
        }
        requireSpectrum("unit_", rows);
    }

    @Test
    void transverseRowsHaveNoPartAlongTheParameters() {
        double[] parameters = trajectory.parameters[UPDATES];
        double square = SyntheticTrajectory.dot(parameters, parameters);
        double[][] rows = window();
        for (double[] row : rows) {
            double share = SyntheticTrajectory.dot(row, parameters) / square;
            for (int index = 0; index < SIZE; index++) {
                row[index] -= share * parameters[index];
            }
        }
        requireSpectrum("transverse_", rows);
        assertThat(value("transverse_sigma_1")).isLessThan(0.9 * value("sigma_1"));
    }

    /** Weight decay alone moves θ along itself: nothing is left across it, and no k*. */
    @Test
    void pureDecayHasNoTransverseEdge() {
        SyntheticTrajectory decay = new SyntheticTrajectory(3, UPDATES, SIZE, 0.03, 0);
        WindowDiagnostics diagnostics = new WindowDiagnostics(WINDOW, SIZE);
        diagnostics.compute(decay.history(WINDOW, DecaySource.NONE, UPDATES));
        List<String> columns = WindowDiagnostics.columns(WINDOW);
        double largest = diagnostics.value(columns.indexOf("sigma_1"));
        assertThat(diagnostics.value(columns.indexOf("transverse_sigma_1"))).isLessThan(1e-6 * largest);
        assertThat(diagnostics.value(columns.indexOf("transverse_k_star"))).isNaN();
        assertThat(diagnostics.value(columns.indexOf("unit_sigma_1"))).isCloseTo(Math.sqrt(WINDOW), within(1e-13));
    }
}
