package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class UnaffectedGrokStepsTest {
    private static final double NEVER = Double.NaN;

    private final UnaffectedGrokSteps chance =
            new UnaffectedGrokSteps(new double[] {4000, NEVER, 3000, 3000, 5000, NEVER, 6000, 7000, 8000});

    @Test
    void aRankCountsTheUnaffectedOnesAndItself() {
        assertThat(chance.earlier(3000)).isEqualTo(0.3);
        assertThat(chance.later(3000)).isEqualTo(1);
        assertThat(chance.earlier(7500)).isEqualTo(0.7);
        assertThat(chance.later(7500)).isEqualTo(0.4);
    }

    @Test
    void aTrainingThatDoesNotGrokComesLast() {
        assertThat(chance.earlier(NEVER)).isEqualTo(1);
        assertThat(chance.later(NEVER)).isEqualTo(0.3);
        assertThat(chance.earliest()).isEqualTo(3000);
        assertThat(chance.median()).isEqualTo(6000);
        assertThat(chance.latest()).isNaN();
    }

    @Test
    void whatIsMovedFarHasTheLeastProbability() {
        assertThat(chance.earlier(1000)).isEqualTo(0.1);
        UnaffectedGrokSteps allGrok = new UnaffectedGrokSteps(new double[] {3000, 3100, 2900});
        assertThat(allGrok.later(NEVER)).isEqualTo(0.25);
        assertThat(allGrok.latest()).isEqualTo(3100);
    }

    /** Steps without ties: a p value of at most 1/10 in one of ten cases. */
    @Test
    void aTrainingThatIsUnaffectedTooFiresAsOftenAsItShould() {
        Random random = new Random(1);
        int trials = 4000;
        int earlier = 0;
        int later = 0;
        for (int trial = 0; trial < trials; trial++) {
            double[] steps = random.doubles(9).toArray();
            double own = random.nextDouble();
            earlier += new UnaffectedGrokSteps(steps).earlier(own) <= 0.1 ? 1 : 0;
            later += new UnaffectedGrokSteps(steps).later(own) <= 0.1 ? 1 : 0;
        }
        double fiveStandardErrors = 5 * Math.sqrt(0.1 * 0.9 / trials);
        assertThat((double) earlier / trials).isCloseTo(0.1, within(fiveStandardErrors));
        assertThat((double) later / trials).isCloseTo(0.1, within(fiveStandardErrors));
    }

    @Test
    void itTakesAtLeastOne() {
        assertThatThrownBy(() -> new UnaffectedGrokSteps(new double[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one");
    }
}
