package dev.spectraledge.analysis.experiment;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.List;

/** Products and projections of vectors {@code [1, n]}; not for steps. */
public final class VectorProducts {
    private VectorProducts() {}

    /** ⟨x, y⟩. */
    public static double dot(Backend backend, Tensor x, Tensor y) {
        try (MemoryOwner scratch = MemoryOwner.open("product")) {
            Tensor result = backend.allocate(scratch, DType.FLOAT64, 1);
            backend.dot(x, y, result);
            return result.getDouble(0);
        }
    }

    /** ‖x‖. */
    public static double norm(Backend backend, Tensor x) {
        return Math.sqrt(dot(backend, x, x));
    }

    /** ⟨x, y⟩/(‖x‖‖y‖). */
    public static double cosine(Backend backend, Tensor x, Tensor y) {
        return dot(backend, x, y) / (norm(backend, x) * norm(backend, y));
    }

    /** Makes x a unit vector that is orthogonal to an orthonormal basis. */
    public static void orthonormalise(Backend backend, List<Tensor> basis, Tensor x) {
        // Twice is enough for orthogonality to rounding (Kahan).
        projectOut(backend, basis, x);
        projectOut(backend, basis, x);
        backend.scale(1 / norm(backend, x), x);
    }

    /** x ← x − Σ ⟨x, b⟩b for an orthonormal basis; returns the norm of what was taken away. */
    public static double projectOut(Backend backend, List<Tensor> basis, Tensor x) {
        double square = 0;
        for (Tensor vector : basis) {
            double component = dot(backend, x, vector);
            backend.axpy(-component, vector, x);
            square += component * component;
        }
        return Math.sqrt(square);
    }
}
