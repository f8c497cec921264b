package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.SymmetricEigen;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Map;

/**
 * The edge of gradients: the first right singular vectors of the training's own last few gradients of θ_A, that of the step among
 * them (thesis §7, N2). With X of these rows, VVᵀg = Xᵀ Σ_k u_k(u_k·Xg)/σ_k², so that no v_k is formed.
 */
public final class EdgeGradient extends SubspaceGradient {
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
    private final MemorySegment gram;
    private final MemorySegment seen;
    private final double[] packed;
    private final double[] combined;
    private final SymmetricEigen eigen;

    /**
     * What several trainings carry from step to step.
     *
     * @param ring the last gradients, {@code [S, W, p]}
     * @param products of each with each, FLOAT64 {@code [S, W, W]}
     * @param seen how many there were, FLOAT64 {@code [S, 1]}
     */
    record Carried(Tensor ring, Tensor products, Tensor seen) {
        /** Nothing was seen. */
        static Carried allocate(Backend backend, MemoryOwner owner, DType type, long size, int width, int runs) {
            Carried carried = new Carried(
                    backend.allocate(owner, type, runs, width, size),
                    backend.allocate(owner, DType.FLOAT64, runs, width, width),
                    backend.allocate(owner, DType.FLOAT64, runs, 1));
            carried.state().values().forEach(tensor -> backend.fill(tensor, 0));
            return carried;
        }

        private Carried ofRun(int run) {
            return new Carried(
                    ring.slice(0, run, run + 1L), products.slice(0, run, run + 1L), seen.slice(0, run, run + 1L));
        }

        Map<String, Tensor> state() {
            return Map.of("ring", ring, "products", products, "seen", seen);
        }
    }

    /** Of {@code rank} directions of {@code width} gradients. */
    public EdgeGradient(Backend backend, MemoryOwner owner, DType type, long size, int width, int rank, Change change) {
        this(backend, owner, type, size, rank, change, Carried.allocate(backend, owner, type, size, width, 1), 0);
    }

    /** Of one of several trainings, which carry what they have seen together. */
    EdgeGradient(
            Backend backend,
            MemoryOwner owner,
            DType type,
            long size,
            int rank,
            Change change,
            Carried carried,
            int run) {
        super(backend, owner, type, size, change);
        this.backend = backend;
        this.rank = rank;
        Carried own = carried.ofRun(run);
        Tensor ring = own.ring();
        int width = Math.toIntExact(ring.size(1));
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
        gram = own.products().segment();
        seen = own.seen().segment();
        packed = new double[width * width];
        combined = new double[width];
        eigen = new SymmetricEigen(width);
    }

    @Override
    void project(Tensor gradient, Tensor out) {
        int width = rows.length;
        long before = (long) seen.getAtIndex(ValueLayout.JAVA_DOUBLE, 0);
        seen.setAtIndex(ValueLayout.JAVA_DOUBLE, 0, before + 1.0);
        int slot = (int) (before % width);
        int count = (int) Math.min(before + 1, width);
        backend.copy(gradient, rows[slot]);
        backend.gramRow(windows[count - 1], gradient, products[count - 1]);
        for (int row = 0; row < count; row++) {
            double value = product.segment().getAtIndex(ValueLayout.JAVA_DOUBLE, row);
            gram.setAtIndex(ValueLayout.JAVA_DOUBLE, slot * (long) width + row, value);
            gram.setAtIndex(ValueLayout.JAVA_DOUBLE, row * (long) width + slot, value);
        }
        for (int row = 0; row < count; row++) {
            for (int column = 0; column < count; column++) {
                packed[row * count + column] = gram.getAtIndex(ValueLayout.JAVA_DOUBLE, row * (long) width + column);
            }
        }
        eigen.decompose(packed, count);
        Arrays.fill(combined, 0);
        for (int mode = 0; mode < Math.min(rank, count); mode++) {
            double value = eigen.value(mode);
            if (value > NEGLIGIBLE * eigen.value(0)) {
                double component = 0;
                for (int row = 0; row < count; row++) {
                    component += eigen.vector(mode, row) * product.segment().getAtIndex(ValueLayout.JAVA_DOUBLE, row);
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
