package dev.spectraledge.analysis.experiment;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Random orthonormal vectors: the null of every statement on directions. */
public final class RandomDirections {
    /** Stream of random numbers that directions are drawn from. */
    private static final long STREAM = 0x7000;

    private RandomDirections() {}

    /** {@code count} orthonormal vectors {@code [1, size]}, uniformly distributed, the same for the same seed. */
    public static List<Tensor> draw(Backend backend, MemoryOwner owner, long seed, int count, long size) {
        List<Tensor> basis = new ArrayList<>();
        for (int index = 0; index < count; index++) {
            Tensor vector = backend.allocate(owner, DType.FLOAT64, 1, size);
            backend.normal(new PhiloxKey[] {new PhiloxKey(seed, STREAM + index)}, 0, 1, vector);
            VectorProducts.orthonormalise(backend, basis, vector);
            basis.add(vector);
        }
        return basis;
    }

    /** What is measured along each of {@code count} independent directions, drawn from {@code seed} on, one after the other. */
    public static <T> List<T> along(Backend backend, long seed, int count, long size, Function<Tensor, T> measured) {
        List<T> values = new ArrayList<>();
        for (int trial = 0; trial < count; trial++) {
            try (MemoryOwner owner = MemoryOwner.open("random direction")) {
                values.add(measured.apply(
                        draw(backend, owner, seed + trial, 1, size).getFirst()));
            }
        }
        return values;
    }
}
