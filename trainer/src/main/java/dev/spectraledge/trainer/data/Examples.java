package dev.spectraledge.trainer.data;

/**
 * What a model learns from or is judged by: examples, numbered from 0 on, that are read from memory outside of the heap
 * whenever they are asked for. An example is a sequence of tokens with its targets, the answer to a source, or a window of a
 * stream of tokens. The memory belongs to whoever made the examples.
 */
public interface Examples {
    /** What each of them consists of. */
    ExampleForm form();

    /** Number of token ids. */
    int vocabulary();

    /** Positions of the longest example, padding included. */
    int contextLength();

    /** Number of examples: sequences, or starts of windows. */
    long size();

    /** Positions of an example without padding. */
    int length(long example);

    /** The token at a position below {@link #length}. */
    int token(long example, int position);

    /**
     * A target; one below zero counts for nothing.
     *
     * @param index a position below {@link #length} where tokens are labelled, an objective where sequences are
     */
    int target(long example, int index);

    /** What an example counts for in the loss of each objective: its labelled tokens, or one. */
    int countedTargets(long example);

    /** The first example with the same content as far as that is known; otherwise the example itself. */
    long representative(long example);

    /** What the examples answer, by their numbers; null where the {@link #form} has no source. */
    Sources sources();

    /** Bytes of text that the counted targets of an example stand for; NaN where they are no text, or nobody knows. */
    default double bytes(long example) {
        return Double.NaN;
    }

    /**
     * What a model is judged by.
     *
     * @param tokens about so many of a fixed sample, the same at every call; everything if there are no more than that
     */
    EvaluationSet evaluation(long tokens);
}
