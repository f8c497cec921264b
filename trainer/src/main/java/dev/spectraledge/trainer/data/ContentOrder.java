package dev.spectraledge.trainer.data;

/**
 * The order of sequences by their content: by the tokens, each with its target, and a sequence before those that continue it.
 * Sequences that begin alike are neighbours in it.
 */
final class ContentOrder {
    private ContentOrder() {}

    /** Below zero if the left sequence comes first, zero if both have the same content. */
    static int compare(Examples data, long left, long right) {
        int common = common(data, left, right);
        if (common == data.length(left) || common == data.length(right)) {
            return Integer.compare(data.length(left), data.length(right));
        }
        int byToken = Integer.compare(data.token(left, common), data.token(right, common));
        return byToken != 0 ? byToken : Integer.compare(data.target(left, common), data.target(right, common));
    }

    /** How many tokens both sequences begin with in common, targets included. */
    static int common(Examples data, long left, long right) {
        int most = Math.min(data.length(left), data.length(right));
        int common = 0;
        while (common < most
                && data.token(left, common) == data.token(right, common)
                && data.target(left, common) == data.target(right, common)) {
            common++;
        }
        return common;
    }
}
