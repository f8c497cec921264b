package dev.spectraledge.trainer.data;

/**
 * What the examples of a data set consist of.
 *
 * @param eachToken whether there is a target for each token; otherwise one for each sequence
 * @param objectives targets of each token or sequence: what a model predicts at once, each with a loss of its own
 * @param sourceLength positions of the longest other sequence that the tokens and targets of an example answer, or 0 where
 *     there is none. An answer counts as right if all its targets are.
 */
public record ExampleForm(boolean eachToken, int objectives, int sourceLength) {
    public ExampleForm {
        if (objectives < 1) {
            throw new IllegalArgumentException("there must be at least one objective, not " + objectives);
        }
    }

    /** One target for each token. */
    public static ExampleForm ofTokens() {
        return new ExampleForm(true, 1, 0);
    }

    /** A number of targets for each sequence, all sequences being of one length. */
    public static ExampleForm ofSequences(int objectives) {
        return new ExampleForm(false, objectives, 0);
    }

    /** One target for each token of an answer to a source. */
    public static ExampleForm ofAnswers(int sourceLength) {
        return new ExampleForm(true, 1, sourceLength);
    }

    /** Whether there is another sequence that each one answers. */
    public boolean hasSource() {
        return sourceLength > 0;
    }

    /** How many accuracies a model is judged by: one for each objective, then that of whole answers where there are any. */
    public int accuracies() {
        return objectives + (hasSource() ? 1 : 0);
    }

    /** Rows of targets in a batch with room for so many sequences and rows of tokens. */
    int capacity(int capacitySequences, int capacityRows) {
        return eachToken ? capacityRows : capacitySequences;
    }
}
