package dev.spectraledge.trainer.data;

import dev.spectraledge.kernels.PhiloxKey;

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

    /** Random draws, with replacement, of a stream: each example as often as the others unless they are parts of something. */
    default ExampleDraws draws(PhiloxKey key) {
        return new UniformDraws(key, size());
    }

    /** What a run learns from that draws from a stream: random draws unless the examples are to come in an order. */
    default ExampleDraws lessons(PhiloxKey key) {
        return draws(key);
    }

    /** Whether each of them has all positions of the context. */
    default boolean fillContext() {
        return false;
    }

    /** Whether so many of them begin alike that a causal model computes less if it computes what they share once. */
    default boolean beginAlike() {
        return false;
    }

    /**
     * What a model is judged by.
     *
     * @param tokens about so many of a fixed sample, the same at every call; everything if there are no more than that
     */
    EvaluationSet evaluation(long tokens);
}
