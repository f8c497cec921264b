package dev.spectraledge.analysis.experiment.causal;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.SymmetricEigen;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/**
 * The edge of gradients: the first right singular vectors of the training's own last few gradients of θ_A, that of the step among
 * them (thesis §7, N2). With X of these rows, VVᵀg = Xᵀ Σ_k u_k(u_k·Xg)/σ_k², so that no v_k is formed.
 */
final class EdgeGradient extends SubspaceGradient {
    /** Of σ_1²: what lies below is rounding of the rows' products. */
    private static final double NEGLIGIBLE = 1e-12;

    private final Backend backend;
    private final int rank;
    private final Tensor[] rows;
    /** The first so many rows, by count less one. */
    private final Tensor[] windows;

    private final Tensor product;
    private final Tensor[] products;
    private final Tensor coefficient;
    private final Tensor[] coefficients;
    private final double[] gram;
    private final double[] packed;
    private final double[] combined;
    private final SymmetricEigen eigen;
    private long seen;

    /** Of {@code rank} directions of {@code width} gradients. */
    EdgeGradient(Backend backend, MemoryOwner owner, DType type, long size, int width, int rank, Change change) {
        super(backend, owner, type, size, change);
        this.backend = backend;
        this.rank = rank;
        Tensor ring = backend.allocate(owner, type, 1, width, size);
        product = backend.allocate(owner, DType.FLOAT64, 1, width);
        coefficient = backend.allocate(owner, DType.FLOAT64, 1, width);
        rows = new Tensor[width];
        windows = new Tensor[width];
        products = new Tensor[width];
        coefficients = new Tensor[width];
        for (int row = 0; row < width; row++) {
            rows[row] = ring.at(0).slice(0, row, row + 1L);
            windows[row] = ring.slice(1, 0, row + 1L);
            products[row] = product.slice(1, 0, row + 1L);
            coefficients[row] = coefficient.slice(1, 0, row + 1L);
        }
        gram = new double[width * width];
        packed = new double[width * width];
        combined = new double[width];
        eigen = new SymmetricEigen(width);
    }

    @Override
    void project(Tensor gradient, Tensor out) {
        int width = rows.length;
        int slot = (int) (seen % width);
        seen++;
        int count = (int) Math.min(seen, width);
        backend.copy(gradient, rows[slot]);
        backend.gramRow(windows[count - 1], gradient, products[count - 1]);
        for (int row = 0; row < count; row++) {
            gram[slot * width + row] = product.segment().getAtIndex(ValueLayout.JAVA_DOUBLE, row);
            gram[row * width + slot] = gram[slot * width + row];
        }
        for (int row = 0; row < count; row++) {
            System.arraycopy(gram, row * width, packed, row * count, count);
        }
        eigen.decompose(packed, count);
        Arrays.fill(combined, 0);
        for (int mode = 0; mode < Math.min(rank, count); mode++) {
            double value = eigen.value(mode);
            if (value > NEGLIGIBLE * eigen.value(0)) {
                double component = 0;
                for (int row = 0; row < count; row++) {
                    component += eigen.vector(mode, row) * gram[slot * width + row];
                }
                for (int row = 0; row < count; row++) {
                    combined[row] += eigen.vector(mode, row) * component / value;
                }
            }
        }
        for (int row = 0; row < count; row++) {
            coefficient.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, row, combined[row]);
        }
        backend.combineRows(windows[count - 1], coefficients[count - 1], out);
    }
}
