package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.experiment.weights.WindowAngles;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The last updates of a training's θ_A as it comes along, however it is come by: their norms, and how far the directions of
 * a window turn when it slides by one of them. In double.
 */
final class AttentionUpdates implements AutoCloseable {
    private final MemoryOwner owner = MemoryOwner.open("attention updates");
    private final Backend backend;
    private final Deque<Tensor> updates = new ArrayDeque<>();
    private final int capacity;
    private final WindowAngles angles;
    private final GramMatrix gram;
    private final double[] products;
    private final Tensor previous;

    /**
     * Begins with weights.
     *
     * @param width updates of a window
     * @param weights {@code [1, p]}, copied
     */
    AttentionUpdates(Backend backend, int width, Tensor weights) {
        this.backend = backend;
        capacity = width + 1;
        angles = new WindowAngles(width);
        gram = new GramMatrix(capacity);
        products = new double[capacity];
        previous = allocate(weights);
        backend.copy(weights, previous);
    }

    private Tensor allocate(Tensor like) {
        return backend.allocate(owner, DType.FLOAT64, 1, like.size(1));
    }

    /** The update to these weights {@code [1, p]}; returns its norm. */
    double add(Tensor weights) {
        Tensor update = updates.size() == capacity ? updates.removeFirst() : allocate(weights);
        backend.copy(weights, update);
        backend.axpy(-1, previous, update);
        backend.copy(weights, previous);
        updates.addLast(update);
        int index = 0;
        for (Tensor other : updates) {
            products[index++] = VectorProducts.dot(backend, update, other);
        }
        gram.append(products);
        return Math.sqrt(products[updates.size() - 1]);
    }

    /**
     * Degrees between v_k of the window that ends now and of the one before it, for the first directions; NaN where rounding
     * leaves none, and empty while there are not two windows.
     */
    List<Double> turned() {
        List<Double> turned = new ArrayList<>();
        if (updates.size() == capacity) {
            angles.slide(gram);
            for (int k = 0; k < angles.directions(); k++) {
                turned.add(angles.angle(k));
            }
        }
        return turned;
    }

    @Override
    public void close() {
        owner.close();
    }
}
