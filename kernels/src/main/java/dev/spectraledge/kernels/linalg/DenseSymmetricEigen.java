package dev.spectraledge.kernels.linalg;

import dev.spectraledge.bindings.Lapack;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Eigenvalues and eigenvectors of symmetric matrices of any order by LAPACK's divide and conquer, in the type of the
 * matrix, in descending order; the backward error is a modest multiple of the rounding unit times the norm. Workspace is
 * allocated once; a decomposition allocates nothing. For orders up to 64 with small eigenvalues that matter use {@link
 * SymmetricEigen}.
 */
public final class DenseSymmetricEigen {
    private final DType type;
    private final int order;
    private final Tensor vectors;
    private final Tensor values;
    private final Tensor work;
    private final Tensor integerWork;

    public DenseSymmetricEigen(MemoryOwner owner, DType type, int order) {
        DenseChecks.requireFloating(type);
        this.type = type;
        this.order = order;
        vectors = Tensor.allocate(owner, type, order, order);
        values = Tensor.allocate(owner, type, order);
        int length =
                type == DType.FLOAT32 ? Lapack.ssyevdWorkLength(true, order) : Lapack.dsyevdWorkLength(true, order);
        work = Tensor.allocate(owner, type, length);
        integerWork = Tensor.allocate(owner, DType.INT32, Lapack.syevdIntegerWorkLength(true, order));
    }

    /** Decomposes the symmetric {@code matrix [n, n]}, of which the upper triangle is read and nothing is changed. */
    public void decompose(Tensor matrix) {
        DenseChecks.requireMatrix(matrix, type, order, order);
        vectors.segment().copyFrom(matrix.segment());
        if (type == DType.FLOAT32) {
            Lapack.ssyevd(
                    true,
                    true,
                    order,
                    vectors.segment(),
                    order,
                    values.segment(),
                    work.segment(),
                    integerWork.segment());
        } else {
            Lapack.dsyevd(
                    true,
                    true,
                    order,
                    vectors.segment(),
                    order,
                    values.segment(),
                    work.segment(),
                    integerWork.segment());
        }
        for (int index = 0; index < order / 2; index++) {
            int mirror = order - 1 - index;
            swap(values.segment(), index, mirror);
            for (int component = 0; component < order; component++) {
                swap(vectors.segment(), (long) index * order + component, (long) mirror * order + component);
            }
        }
    }

    /** {@code [n]}, largest first; overwritten by the next decomposition. */
    public Tensor values() {
        return values;
    }

    /** {@code [n, n]}: row j is the unit eigenvector of value j. */
    public Tensor vectors() {
        return vectors;
    }

    private void swap(MemorySegment segment, long first, long second) {
        if (type == DType.FLOAT32) {
            float kept = segment.getAtIndex(ValueLayout.JAVA_FLOAT, first);
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, first, segment.getAtIndex(ValueLayout.JAVA_FLOAT, second));
            segment.setAtIndex(ValueLayout.JAVA_FLOAT, second, kept);
        } else {
            double kept = segment.getAtIndex(ValueLayout.JAVA_DOUBLE, first);
            segment.setAtIndex(ValueLayout.JAVA_DOUBLE, first, segment.getAtIndex(ValueLayout.JAVA_DOUBLE, second));
            segment.setAtIndex(ValueLayout.JAVA_DOUBLE, second, kept);
        }
    }
}
