package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;

/** The distribution that a tensor starts from; the ones of PyTorch's modules. */
public sealed interface Initializer {
    /** Fills {@code [runs, …]}; run s draws from stream {@code keys[s]}. */
    void fill(Backend backend, PhiloxKey[] keys, Tensor tensor);

    /** All elements equal. */
    record Constant(double value) implements Initializer {
        @Override
        public void fill(Backend backend, PhiloxKey[] keys, Tensor tensor) {
            backend.fill(tensor, value);
        }
    }

    /** N(0, deviation²); PyTorch's embeddings with a deviation of 1. */
    record Normal(double deviation) implements Initializer {
        @Override
        public void fill(Backend backend, PhiloxKey[] keys, Tensor tensor) {
            backend.normal(keys, 0, deviation, tensor);
        }
    }

    /** U(−bound, bound). */
    record Uniform(double bound) implements Initializer {
        @Override
        public void fill(Backend backend, PhiloxKey[] keys, Tensor tensor) {
            backend.uniform(keys, -bound, bound, tensor);
        }
    }

    /** Xavier-uniform of an out × in matrix: bound √(6/(in + out)). */
    static Initializer xavier(int out, int in) {
        return new Uniform(Math.sqrt(6.0 / (in + out)));
    }

    /** PyTorch's default for weight and bias of a linear layer with {@code in} inputs: bound 1/√in. */
    static Initializer linear(int in) {
        return new Uniform(1 / Math.sqrt(in));
    }
}
