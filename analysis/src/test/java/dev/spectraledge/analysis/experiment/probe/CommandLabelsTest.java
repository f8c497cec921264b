package dev.spectraledge.analysis.experiment.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.HiddenStates;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CommandLabelsTest {
    private static final double EIGHTH = 1.0 / 8;

    /** "jump around left twice and walk opposite right" and "look after turn left thrice" with a place of padding. */
    private static final HiddenStates COMMANDS = states(
            new int[] {3, 14, 11, 6, 7, 13, 4, 5, 15, 12, 8, 11, 9, 0},
            new int[] {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1});

    private static HiddenStates states(int[] tokens, int[] sequences) {
        return new HiddenStates("encoder_0", sequences, tokens, tokens, tokens, new double[tokens.length][1]);
    }

    private final CommandLabels labels = new CommandLabels(COMMANDS);

    @Test
    void everyWordIsWhatItSays() {
        assertThat(labels.verb()).containsExactly(0, -1, -1, -1, -1, 4, -1, -1, 1, -1, 3, -1, -1, -1);
        assertThat(labels.direction()).containsExactly(0, 0, -1, 0, 0, 0, 0, 1, 0, 0, 0, -1, 0, 0);
        assertThat(labels.repetition()).containsExactly(0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0);
        assertThat(IntStream.range(0, COMMANDS.rows()).filter(labels.isVerb())).containsExactly(0, 5, 8, 10);
        assertThat(IntStream.range(0, COMMANDS.rows()).filter(labels.isWord())).hasSize(13);
    }

    @Test
    void theWordsOfAPhraseHaveItsVerb() {
        double[] verbs = labels.phraseVerb();
        int[] modifiers =
                IntStream.range(0, COMMANDS.rows()).filter(labels.isModifier()).toArray();
        assertThat(modifiers).containsExactly(1, 2, 3, 6, 7, 11, 12);
        assertThat(IntStream.of(modifiers).mapToDouble(row -> verbs[row])).containsExactly(0d, 0d, 0d, 4d, 4d, 3d, 3d);
    }

    @Test
    void featuresAreMeansOverTheWords() {
        double[][] features = labels.averagedOver(states(new int[] {1, 4, 1}, new int[] {0, 0, 1}));
        assertThat(features[0])
                .containsExactly(EIGHTH, 0, 0, 0, EIGHTH, EIGHTH, EIGHTH, EIGHTH, 0, EIGHTH, EIGHTH)
                .isEqualTo(features[1]);
        assertThat(features[2]).containsExactly(0, 0.2, 0, 0.2, 0, 0.2, 0, 0, 0.2, 0, 0);
    }
}
