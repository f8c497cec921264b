package dev.spectraledge.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.RunEvents;
import dev.spectraledge.trainer.config.Precision;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LossSpikesTest {
    private final List<String> raised = new ArrayList<>();
    private final RunEvents events = new RunEvents();
    private LossSpikes spikes = new LossSpikes(Precision.FLOAT32, events);
    private long step;

    LossSpikesTest() {
        events.listen(at -> at, event -> raised.add(event.name() + " " + event.step() + " " + event.detail()));
    }

    private void see(double... losses) {
        for (double loss : losses) {
            spikes.see(++step, loss);
        }
    }

    /** One hundred losses with the median 2 and the median absolute deviation 1/2. */
    private void hundred() {
        for (int i = 0; i < LossSpikes.WINDOW / 4; i++) {
            see(1.5, 1.5, 2.5, 2.5);
        }
    }

    @Test
    void aLossAboveTheMedianBySixDeviationsIsASpike() {
        hundred();
        see(6.447);
        assertThat(raised).isEmpty();
        spikes = new LossSpikes(Precision.FLOAT32, events);
        hundred();
        see(6.449);
        assertThat(raised).containsExactly("spike 202 training loss 6.45 > 2.00 + 6 × 0.741");
    }

    @Test
    void itRecoversWhenTheLossIsNoLongerAboveTheMedianThatItLeft() {
        hundred();
        see(9, 30, 8, 2.1, 2, 9, 1);
        assertThat(raised)
                .containsExactly(
                        "spike 101 training loss 9.00 > 2.00 + 6 × 0.741",
                        "recovered 105 training loss 2.00, 4 steps after the spike",
                        "spike 106 training loss 9.00 > 2.25 + 6 × 0.371",
                        "recovered 107 training loss 1.00, 1 steps after the spike");
    }

    @Test
    void aLossThatStaysHighNeverRecovers() {
        hundred();
        for (int i = 0; i < 500; i++) {
            see(9);
        }
        assertThat(raised).hasSize(1);
    }

    @Test
    void beforeThereAreAHundredLossesThereIsNone() {
        see(1, 1, 1, 50);
        assertThat(raised).isEmpty();
    }

    @Test
    void lossesThatDifferByRoundingAloneHaveNoSpike() {
        for (double loss : new double[] {3, 1e-3, 1e-8}) {
            spikes = new LossSpikes(Precision.FLOAT32, events);
            for (int i = 0; i < LossSpikes.WINDOW; i++) {
                see(loss);
            }
            see(Math.nextUp((float) loss), loss * (1 + 0x1p-24));
        }
        assertThat(raised).isEmpty();
        see(2e-8);
        assertThat(raised).hasSize(1);
    }

    @Test
    void lossesThatAreExactlyZeroAreLeftByAnyThatIsNot() {
        for (int i = 0; i < LossSpikes.WINDOW; i++) {
            see(0);
        }
        see(0, 1e-6);
        assertThat(raised).hasSize(1);
    }

    /** A loss of normal noise is above the bound with a probability of 5e-7, so two of 20,000 are with one of 5e-5. */
    @Test
    void noiseAloneSeldomHasOne() {
        Random random = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            see(1 + 0.1 * random.nextGaussian());
        }
        assertThat(raised.stream().filter(line -> line.startsWith("spike")).count())
                .isLessThan(2);
    }

    @Test
    void aRunThatGoesOnHasTheSameSpikes() {
        Random random = new Random(2);
        double[] losses = random.doubles(400, 1, 2).toArray();
        losses[150] = 9;
        losses[151] = 9;
        losses[152] = 9;
        losses[300] = 9;
        see(losses);
        List<String> whole = List.copyOf(raised);
        assertThat(whole).hasSize(4);
        for (int cut : new int[] {50, 100, 151, 152, 250, 301}) {
            raised.clear();
            step = 0;
            spikes = new LossSpikes(Precision.FLOAT32, events);
            for (int i = 0; i < losses.length; i++) {
                if (i == cut) {
                    String state = spikes.state();
                    spikes = new LossSpikes(Precision.FLOAT32, events);
                    spikes.restore(state);
                    assertThat(spikes.state()).isEqualTo(state);
                }
                see(losses[i]);
            }
            assertThat(raised).isEqualTo(whole);
        }
    }

    /** What a median of the past sees of the present. */
    @Test
    void whatIsSaidOfAStepDoesNotDependOnLaterOnes() {
        hundred();
        see(9);
        List<String> then = List.copyOf(raised);
        see(0, 0, 0);
        assertThat(raised.subList(0, then.size())).isEqualTo(then);
    }
}
