package dev.spectraledge.trainer.data;

/**
 * The sources that examples answer.
 *
 * @param vocabulary number of token ids
 * @param seen of each source the tokens that a model is given, with padding or without
 * @param lengths of each source its number of tokens without padding, in a row of one
 */
public record Sources(int vocabulary, RaggedRows seen, RaggedRows lengths) {
    /** Positions of a source that a model is given, padding among them or not. */
    public int rows(long example) {
        return seen.length(example);
    }

    /** Positions of a source without padding. */
    public int length(long example) {
        return lengths.get(example, 0);
    }

    public int token(long example, int position) {
        return seen.get(example, position);
    }
}
