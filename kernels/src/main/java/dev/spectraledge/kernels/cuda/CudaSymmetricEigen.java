package dev.spectraledge.kernels.cuda;

import dev.spectraledge.bindings.CuBlas;
import dev.spectraledge.bindings.CuSolver;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;

/**
 * Eigenvalues and eigenvectors of a batch of symmetric matrices on a device, in the type of the matrices, in descending
 * order; what {@link dev.spectraledge.kernels.linalg.DenseSymmetricEigen} is on the host, for S runs at once. Workspace is
 * allocated once. A decomposition waits until it is done, and cannot be recorded.
 */
public final class CudaSymmetricEigen {
    private final Factorizations factorizations;
    private final int runs;
    private final int order;
    private final CuBlas.ElementType elementType;
    private final Tensor ascendingVectors;
    private final Tensor ascendingValues;
    private final Tensor vectors;
    private final Tensor values;
    private final Tensor work;
    private final MemorySegment hostWork;

    public CudaSymmetricEigen(CudaBackend backend, MemoryOwner owner, DType type, int runs, int order) {
        this.runs = runs;
        this.order = order;
        factorizations = new Factorizations(backend, owner, type, runs);
        elementType = factorizations.isFloat() ? CuBlas.ElementType.FLOAT32 : CuBlas.ElementType.FLOAT64;
        ascendingVectors = factorizations.allocate(type, runs, order, order);
        ascendingValues = factorizations.allocate(type, runs, order, 1);
        vectors = factorizations.allocate(type, runs, order, order);
        values = factorizations.allocate(type, runs, order);
        CuSolver.WorkspaceBytes bytes = factorizations
                .solver()
                .syevBatchedWorkspace(
                        true,
                        false,
                        order,
                        ascendingVectors.deviceSegment(),
                        order,
                        ascendingValues.deviceSegment(),
                        elementType,
                        runs);
        work = factorizations.allocate(DType.INT32, (bytes.device() + Integer.BYTES - 1) / Integer.BYTES);
        hostWork = owner.allocate(bytes.host());
    }

    /**
     * Decomposes the contiguous symmetric {@code matrices [S, n, n]}, of which the upper triangles are read and nothing is
     * changed.
     */
    public void decompose(Tensor matrices) {
        factorizations.require("matrices", matrices, runs, order, order);
        CuSolver solver = factorizations.solver();
        factorizations.copy(matrices, ascendingVectors);
        // Column-major, the upper triangle is the lower one, and eigenvectors as columns are rows.
        solver.syevBatched(
                true,
                false,
                order,
                ascendingVectors.deviceSegment(),
                order,
                ascendingValues.deviceSegment(),
                elementType,
                runs,
                work.deviceSegment(),
                hostWork,
                factorizations.status().deviceSegment());
        factorizations.reverseRows(ascendingVectors, vectors);
        factorizations.reverseRows(ascendingValues, values.reshape(runs, order, 1));
        factorizations.check("syev");
    }

    /** {@code [S, n]}, largest first; overwritten by the next decomposition. */
    public Tensor values() {
        return values;
    }

    /** {@code [S, n, n]}: row j of a run is the unit eigenvector of value j. */
    public Tensor vectors() {
        return vectors;
    }
}
