package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.nulls.RandomSequence;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnaffectedTrainingsTest {
    @Test
    void theProbabilityIsThatOfStudentsTable() {
        // Mean 0, deviation 1: t = 4.303 with two degrees of freedom has 5 % in both tails.
        UnaffectedTrainings chance = new UnaffectedTrainings(List.of(-1.0, 0.0, 1.0));
        assertThat(chance.deviation()).isCloseTo(1, within(1e-12));
        assertThat(chance.probability(4.303 * Math.sqrt(4.0 / 3))).isCloseTo(0.05, within(1e-4));
        assertThat(chance.probability(-9.925 * Math.sqrt(4.0 / 3))).isCloseTo(0.01, within(1e-5));
    }

    @Test
    void aTrainingThatIsUnaffectedTooFiresAsOftenAsItShould() {
        RandomSequence random = new RandomSequence();
        random.seek(new PhiloxKey(1, 1), 0);
        int trials = 4000;
        int fired = 0;
        for (int trial = 0; trial < trials; trial++) {
            UnaffectedTrainings chance =
                    new UnaffectedTrainings(List.of(random.normal(), random.normal(), random.normal()));
            fired += chance.probability(random.normal()) < 0.05 ? 1 : 0;
        }
        // Five standard errors.
        assertThat((double) fired / trials).isCloseTo(0.05, within(5 * Math.sqrt(0.05 * 0.95 / trials)));
    }

    @Test
    void aTrainingThatIsMovedFarFires() {
        assertThat(new UnaffectedTrainings(List.of(0.95, 0.951, 0.949)).probability(0.99))
                .isLessThan(0.05);
    }

    @Test
    void itTakesThree() {
        assertThatThrownBy(() -> new UnaffectedTrainings(List.of(1.0, 2.0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("takes 3 trainings, got 2");
    }
}
