package dev.spectraledge.trainer.optimizer;

import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.io.NamePattern;
import dev.spectraledge.trainer.io.NearestName;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.ParameterSpec;
import java.util.List;

/**
 * Which parameters weight decay acts on: all of them; matrices and embeddings but not biases and norms, as recipes for
 * language models have it (nanoGPT: tensors of two dimensions or more); or those in whose names a {@link NamePattern} is found.
 */
public final class DecayedParameters {
    /** Every parameter. */
    public static final DecayedParameters ALL = new DecayedParameters("all", (name, dimensions) -> true);

    /** Parameters of two dimensions or more. */
    public static final DecayedParameters MATRICES =
            new DecayedParameters("matrices", (name, dimensions) -> dimensions > 1);

    private final String text;
    private final Rule rule;

    @FunctionalInterface
    private interface Rule {
        boolean contains(String name, int dimensions);
    }

    private DecayedParameters(String text, Rule rule) {
        this.text = text;
        this.rule = rule;
    }

    /** Reads {@code all}, {@code matrices} or a pattern; throws an IllegalArgumentException that says what it must be instead. */
    public static DecayedParameters of(String text) {
        return List.of(ALL, MATRICES).stream()
                .filter(known -> known.text.equals(text))
                .findFirst()
                .orElseGet(() -> {
                    NamePattern pattern = pattern(text);
                    return new DecayedParameters(text, (name, dimensions) -> pattern.isFoundIn(name));
                });
    }

    private static NamePattern pattern(String text) {
        try {
            return NamePattern.of(text);
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException(
                    "must be all, matrices or a pattern of names: " + malformed.getMessage(), malformed);
        }
    }

    /** Whether these may be some of the parameters of a model but not others. */
    public boolean depends() {
        return this != ALL;
    }

    public boolean contains(ParameterSpec spec) {
        return contains(spec.name(), spec.shape().length);
    }

    /** The same of a tensor. */
    public boolean contains(String name, int dimensions) {
        return rule.contains(name, dimensions);
    }

    /** Throws an IllegalArgumentException that names similar parameters if there is none of these in a model. */
    public void requireAny(ParameterLayout layout) {
        List<String> names = layout.specs().stream().map(ParameterSpec::name).toList();
        if (layout.specs().stream().noneMatch(this::contains)) {
            throw new IllegalArgumentException("no parameter's name contains '" + Printable.value(text) + "'"
                    + NearestName.hint(text, names) + " (parameters: " + Printable.value(String.join(", ", names))
                    + ")");
        }
    }

    /** The factor by which ω acts on the parameters of a subset: 1 or 0, or NaN if on some of them only. */
    public double factor(ParameterLayout layout, ParameterSubset subset) {
        return factor(layout.specs().stream()
                .filter(spec -> subset.groups().contains(spec.group()))
                .map(this::contains)
                .toList());
    }

    /** The same of parameters of which it is known whether they are among these. */
    public static double factor(List<Boolean> contained) {
        if (!contained.contains(false)) {
            return 1;
        }
        return contained.contains(true) ? Double.NaN : 0;
    }

    /** As in configurations. */
    @Override
    public String toString() {
        return text;
    }
}
