package dev.spectraledge.trainer.optimizer;

import dev.spectraledge.trainer.ParameterGroup;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.ParameterSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * The matrices inside the blocks of a model, which are a prefix of its flat vector, and the rest: embeddings, heads, norms
 * and biases. What is stacked counts as several matrices.
 */
final class HiddenMatrices {
    /**
     * Where a matrix begins in the flat vector, and its shape.
     *
     * @param decays whether weight decay acts on it
     */
    record Matrix(long offset, long rows, long columns, boolean decays) {
        long elements() {
            return rows * columns;
        }

        /** Products of matrices in one step of the iteration, up to a constant factor. */
        double cost() {
            return (double) Math.min(rows, columns) * elements();
        }

        boolean hasShapeOf(Matrix other) {
            return rows == other.rows && columns == other.columns;
        }
    }

    private final List<ParameterSpec> specs = new ArrayList<>();
    private final List<ParameterSpec> otherSpecs = new ArrayList<>();
    private final List<Matrix> matrices = new ArrayList<>();

    HiddenMatrices(ParameterLayout layout, DecayedParameters decayed) {
        for (ParameterSpec spec : layout.specs()) {
            if (spec.group() == ParameterGroup.OTHER) {
                otherSpecs.add(spec);
            } else {
                add(spec, layout.offset(spec.name()), decayed.contains(spec));
            }
        }
    }

    private void add(ParameterSpec spec, long offset, boolean decays) {
        if (spec.shape().length != 2) {
            throw new IllegalArgumentException("parameter " + spec.name() + " of a block is no matrix");
        }
        specs.add(spec);
        int count = spec.stacked();
        long rows = spec.shape()[0] / count;
        long columns = spec.shape()[1];
        for (int index = 0; index < count; index++) {
            matrices.add(new Matrix(offset + index * rows * columns, rows, columns, decays));
        }
    }

    List<Matrix> matrices() {
        return matrices;
    }

    /** The hidden matrices alone, each where it is in the whole layout. */
    ParameterLayout layout() {
        return new ParameterLayout(specs, List.of());
    }

    /** The rest alone, as it follows the hidden matrices in the whole layout. */
    ParameterLayout others() {
        return new ParameterLayout(otherSpecs, List.of());
    }
}
