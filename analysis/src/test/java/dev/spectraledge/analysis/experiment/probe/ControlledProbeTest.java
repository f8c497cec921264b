package dev.spectraledge.analysis.experiment.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.kernels.cpu.CpuBackend;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ControlledProbeTest {
    private static final int ROWS = 600;

    private static double[][] noise(int seed, double scale) {
        NumpyRandom random = NumpyRandom.seeded(seed);
        double[][] rows = new double[ROWS][4];
        for (double[] row : rows) {
            for (int column = 0; column < row.length; column++) {
                row[column] = scale * random.uniform(-1, 1);
            }
        }
        return rows;
    }

    private static HiddenStates states(double[][] values) {
        int[] sequences = IntStream.range(0, ROWS).map(row -> row / 6).toArray();
        int[] positions = IntStream.range(0, ROWS).map(row -> row % 6).toArray();
        int[] tokens = IntStream.range(0, ROWS).map(row -> (row * 7919) % 31).toArray();
        return new HiddenStates("layer_0", sequences, positions, tokens, tokens, values);
    }

    private static ControlledProbe probe(HiddenStates states) {
        return new ControlledProbe(states, InputIdentity.distinct(states));
    }

    @Test
    void findsNothingInNoise() {
        HiddenStates states = states(noise(1, 1));
        double[] labels = Arrays.stream(noise(2, 1)).mapToDouble(row -> row[0]).toArray();
        ControlledProbe.Linear found = probe(states).linear(states.values(), labels);
        assertThat(found.r2()).isLessThan(0.05);
        assertThat(found.firstSplit().probability()).isGreaterThan(0.05);
        assertThat(probe(states).quadratic(new CpuBackend(), states.values(), labels))
                .isLessThan(0.05);
        assertThat(probe(states).mlp(new CpuBackend(), states.values(), labels)).isLessThan(0.05);
    }

    @Test
    void findsWhatIsPlantedAtAnyScale() {
        for (double scale : new double[] {1e-3, 1e3}) {
            HiddenStates states = states(noise(1, scale));
            double[] labels = IntStream.range(0, ROWS)
                    .mapToDouble(row -> states.values()[row][0] / scale + states.values()[row][1] / scale)
                    .toArray();
            ControlledProbe.Linear found = probe(states).linear(states.values(), labels);
            assertThat(found.r2()).isGreaterThan(0.999);
            assertThat(found.firstSplit().probability()).isLessThan(0.05);
            assertThat(probe(states).mlp(new CpuBackend(), states.values(), labels))
                    .isGreaterThan(0.95);
        }
    }

    @Test
    void theQuadraticProbeFindsAProductThatTheLinearOneDoesNot() {
        HiddenStates states = states(noise(1, 0.01));
        double[] labels = IntStream.range(0, ROWS)
                .mapToDouble(row -> 1e4 * states.values()[row][0] * states.values()[row][1])
                .toArray();
        assertThat(probe(states).leastSquares(states.values(), labels)).isLessThan(0.1);
        assertThat(probe(states).quadratic(new CpuBackend(), states.values(), labels))
                .isGreaterThan(0.95);
    }

    @Test
    void classesAreFoundWhereTheyArePlantedAndNotInNoise() {
        double[][] values = noise(1, 1);
        HiddenStates states = states(values);
        double[] planted = IntStream.range(0, ROWS)
                .mapToDouble(row -> values[row][0] > 0 ? 5 : 2)
                .toArray();
        assertThat(probe(states).accuracy(values, planted).observed()).isGreaterThan(0.9);
        double[] unrelated = Arrays.stream(noise(2, 1))
                .mapToDouble(row -> row[0] > 0 ? 5 : 2)
                .toArray();
        LabelExchange found = probe(states).accuracy(values, unrelated);
        assertThat(found.probability()).isGreaterThan(0.05);
    }
}
