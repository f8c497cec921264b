package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.trainer.task.scan.ScanTokens;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What the words of commands are (Lifecycle §4.15), by the rows of the encoder. Of each word: which verb, direction and
 * repetition it is itself. Of each phrase, which is what "and" and "after" separate: its only verb (ours).
 */
final class CommandLabels {
    private static final List<String> VERBS = List.of("jump", "look", "run", "turn", "walk");
    private static final Map<String, Integer> DIRECTIONS = Map.of("left", -1, "right", 1);
    private static final Map<String, Integer> REPETITIONS = Map.of("twice", 1, "thrice", 2);
    private static final List<String> CONJUNCTIONS = List.of("and", "after");
    /** All words but the conjunctions. */
    private static final List<String> CONTENT =
            List.of("jump", "look", "run", "turn", "walk", "left", "right", "twice", "thrice", "opposite", "around");

    private final HiddenStates source;
    private final String[] words;

    /** @param source rows of the encoder, padding included or not */
    CommandLabels(HiddenStates source) {
        this.source = source;
        words = IntStream.of(source.token())
                .mapToObj(token -> ScanTokens.commandWord(token).orElse(""))
                .toArray(String[]::new);
    }

    /** Rows that are words. */
    IntPredicate isWord() {
        return row -> !words[row].isEmpty();
    }

    /** Rows that are verbs. */
    IntPredicate isVerb() {
        return row -> VERBS.contains(words[row]);
    }

    /** Rows that belong to a phrase and are not its verb. */
    IntPredicate isModifier() {
        return row -> CONTENT.contains(words[row]) && !isVerb().test(row);
    }

    /** Places of the verbs in the order of the alphabet, −1 for other words. */
    double[] verb() {
        return labels(row -> VERBS.indexOf(words[row]));
    }

    /** −1 to the left, +1 to the right, 0 for other words. */
    double[] direction() {
        return labels(row -> DIRECTIONS.getOrDefault(words[row], 0));
    }

    /** 1 for twice, 2 for thrice, 0 for other words. */
    double[] repetition() {
        return labels(row -> REPETITIONS.getOrDefault(words[row], 0));
    }

    /** The verb of the phrase that a word belongs to, as in {@link #verb}. */
    double[] phraseVerb() {
        return labels(row -> {
            int first = row;
            while (first > 0 && samePhrase(first, first - 1)) {
                first--;
            }
            // A phrase begins with its verb.
            return VERBS.indexOf(words[first]);
        });
    }

    private boolean samePhrase(int row, int before) {
        return source.sequence()[row] == source.sequence()[before] && !CONJUNCTIONS.contains(words[before]);
    }

    private double[] labels(IntToDoubleFunction label) {
        return IntStream.range(0, words.length).mapToDouble(label).toArray();
    }

    /**
     * Mean over the words of a command of the indicators of eleven words, all but the conjunctions.
     *
     * @return one row of 11 for each row of the answers
     */
    double[][] averagedOver(HiddenStates answers) {
        int sequences = Arrays.stream(source.sequence()).max().orElseThrow() + 1;
        double[][] sums = new double[sequences][CONTENT.size()];
        int[] lengths = new int[sequences];
        for (int row = 0; row < words.length; row++) {
            if (isWord().test(row)) {
                lengths[source.sequence()[row]]++;
                int place = CONTENT.indexOf(words[row]);
                if (place >= 0) {
                    sums[source.sequence()[row]][place]++;
                }
            }
        }
        for (int sequence = 0; sequence < sequences; sequence++) {
            for (int place = 0; place < CONTENT.size(); place++) {
                sums[sequence][place] /= lengths[sequence];
            }
        }
        return IntStream.of(answers.sequence())
                .mapToObj(sequence -> sums[sequence])
                .toArray(double[][]::new);
    }
}
