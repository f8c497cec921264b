package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.io.NearestName;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * The named activations of a model, in the order in which it computes them. Names are those of TransformerLens' hook points
 * without {@code hook_}: {@code blocks.0.resid_pre}, {@code blocks.0.attn.pattern}, {@code blocks.0.resid_post}, {@code
 * ln_final.normalized}; in a model of two stacks {@code encoder.0…}, {@code decoder.0…} and {@code
 * decoder.0.cross_attn.pattern}; and {@code logits}.
 */
public final class Places {
    /** What the heads read. */
    public static final String FINAL_NORM = "ln_final.normalized";

    /** What the heads give. */
    public static final String LOGITS = "logits";

    /** The only stack of a model. */
    static final String BLOCKS = "blocks";

    static final String ENCODER = "encoder";
    static final String DECODER = "decoder";

    private final Map<String, Place> places = new LinkedHashMap<>();

    /** What the rows of an activation belong to. */
    public enum Rows {
        /** The tokens of a batch. */
        TOKENS,
        /** The tokens of the sources that the sequences of a batch answer. */
        SOURCES,
        /** The sequences of a batch. */
        SEQUENCES
    }

    /**
     * One activation.
     *
     * @param values {@code [S, capacity, …]}, overwritten by each batch; of attention {@code [S, capacity, heads, keys]}
     */
    public record Place(Rows rows, Tensor values) {}

    Places() {}

    Places add(String name, Rows rows, Tensor values) {
        places.put(name, new Place(rows, values));
        return this;
    }

    /**
     * Those of a stack of blocks.
     *
     * @param stream the residual stream after so many blocks; 0 is the embedding
     * @param pattern what each block attends to in its own stack; null where it is not kept
     * @param crossPattern what it attends to in the other one; null where there is none
     */
    Places addStack(
            String stack,
            Rows rows,
            int layers,
            IntFunction<Tensor> stream,
            IntFunction<Tensor> pattern,
            IntFunction<Tensor> crossPattern) {
        for (int layer = 0; layer < layers; layer++) {
            add(before(stack, layer), rows, stream.apply(layer));
            if (pattern.apply(layer) != null) {
                add(pattern(stack, layer), rows, pattern.apply(layer));
            }
            if (crossPattern != null) {
                add(stack + "." + layer + ".cross_attn.pattern", rows, crossPattern.apply(layer));
            }
            add(after(stack, layer), rows, stream.apply(layer + 1));
        }
        return this;
    }

    private static String before(String stack, int layer) {
        return stack + "." + layer + ".resid_pre";
    }

    private static String after(String stack, int layer) {
        return stack + "." + layer + ".resid_post";
    }

    private static String pattern(String stack, int layer) {
        return stack + "." + layer + ".attn.pattern";
    }

    /** The residual stream that enters a block of a model with a single stack. */
    public static String before(int layer) {
        return before(BLOCKS, layer);
    }

    /** The residual stream that leaves a block of a model with a single stack. */
    static String after(int layer) {
        return after(BLOCKS, layer);
    }

    /** What a block attends to, in a model with a single stack. */
    public static String pattern(int layer) {
        return pattern(BLOCKS, layer);
    }

    /** All names. */
    public Set<String> names() {
        return Collections.unmodifiableSet(places.keySet());
    }

    /** The one of a name; throws an IllegalArgumentException that names a similar one if there is none. */
    public Place get(String name) {
        Place place = places.get(name);
        if (place == null) {
            throw new IllegalArgumentException(
                    "the model has no activation named " + name + NearestName.hint(name, places.keySet()));
        }
        return place;
    }
}
