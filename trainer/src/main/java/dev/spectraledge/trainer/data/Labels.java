package dev.spectraledge.trainer.data;

/**
 * What the targets of a data set label.
 *
 * @param eachToken whether there is a target for each token; otherwise one for each sequence
 * @param objectives targets of each token or sequence: what a model predicts at once, each with a loss of its own
 */
public record Labels(boolean eachToken, int objectives) {
    public Labels {
        if (objectives < 1) {
            throw new IllegalArgumentException("there must be at least one objective, not " + objectives);
        }
    }

    /** One target for each token. */
    public static Labels ofTokens() {
        return new Labels(true, 1);
    }

    /** A number of targets for each sequence, all sequences being of one length. */
    public static Labels ofSequences(int objectives) {
        return new Labels(false, objectives);
    }

    /** Rows of targets in a batch with room for so many sequences and rows of tokens. */
    int capacity(int capacitySequences, int capacityRows) {
        return eachToken ? capacityRows : capacitySequences;
    }
}
