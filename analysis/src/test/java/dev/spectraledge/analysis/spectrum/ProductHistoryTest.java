package dev.spectraledge.analysis.spectrum;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProductHistoryTest {
    private static final double DECAY_FACTOR = 0.02;
    private static final double TOLERANCE = 1e-12;

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 6, 7, 20})
    void decayProductsAreThoseOfTheVectors(int count) {
        SyntheticTrajectory trajectory = new SyntheticTrajectory(7, count, 30, DECAY_FACTOR, 0.05);
        ProductHistory single = trajectory.history(5, DecaySource.SINGLE_STEP, count);
        ProductHistory accumulated = trajectory.history(5, DecaySource.ACCUMULATED, count);
        int rows = Math.min(5, count);
        assertThat(single.rows()).isEqualTo(rows);
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < rows; column++) {
                int decayed = count - rows + row;
                double[] update = trajectory.updates[count - rows + column];
                double exact = SyntheticTrajectory.dot(trajectory.decayParts[decayed], update);
                double ends = SyntheticTrajectory.dot(trajectory.parameters[decayed], update)
                        + SyntheticTrajectory.dot(trajectory.parameters[decayed + 1], update);
                assertThat(single.exact().get(row, column)).isCloseTo(exact, within(TOLERANCE));
                assertThat(accumulated.exact().get(row, column)).isCloseTo(exact, within(TOLERANCE));
                assertThat(single.trapezoid().get(row, column)).isCloseTo(-DECAY_FACTOR * ends / 2, within(TOLERANCE));
            }
        }
        assertThat(trajectory.history(5, DecaySource.NONE, count).exact()).isNull();
    }

    @ParameterizedTest
    @EnumSource(DecaySource.class)
    void aRestoredHistoryGoesOnAsIfNothingHadHappened(DecaySource source) {
        SyntheticTrajectory trajectory = new SyntheticTrajectory(8, 20, 30, DECAY_FACTOR, 0.05);
        for (int interruption = 0; interruption < 12; interruption++) {
            ProductHistory undisturbed = trajectory.history(5, source, interruption);
            ProductHistory restored = new ProductHistory(5, source);
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment state = arena.allocate(8L * undisturbed.stateLength());
                undisturbed.save(state);
                restored.restore(state);
            }
            WindowDiagnostics expected = new WindowDiagnostics(5, 30);
            WindowDiagnostics actual = new WindowDiagnostics(5, 30);
            for (int step = interruption; step < 20; step++) {
                undisturbed.append(trajectory.products(undisturbed, step));
                restored.append(trajectory.products(restored, step));
                if (WindowDiagnostics.isDefined(undisturbed)) {
                    expected.compute(undisturbed);
                    actual.compute(restored);
                    for (int column = 0; column < expected.size(); column++) {
                        assertThat(Double.doubleToLongBits(actual.value(column)))
                                .isEqualTo(Double.doubleToLongBits(expected.value(column)));
                    }
                }
            }
        }
    }

    @Test
    void clearingStartsANewWindow() {
        SyntheticTrajectory trajectory = new SyntheticTrajectory(9, 9, 30, DECAY_FACTOR, 0.05);
        ProductHistory history = trajectory.history(5, DecaySource.NONE, 7);
        history.clear();
        assertThat(history.rows()).isZero();
        history.append(trajectory.products(history, 7));
        history.append(trajectory.products(history, 8));
        GramSpectrum spectrum = new GramSpectrum(5);
        spectrum.compute(history.gram(), history.firstRow(), history.gram().rows());
        double[] expected = trajectory.singularValues(7, 9);
        assertThat(spectrum.rows()).isEqualTo(2);
        assertThat(spectrum.singularValue(1)).isCloseTo(expected[1], within(TOLERANCE));
    }

    @Test
    void refusesAWindowWithoutASpectrum() {
        assertThatThrownBy(() -> new ProductHistory(1, DecaySource.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 to ");
    }
}
