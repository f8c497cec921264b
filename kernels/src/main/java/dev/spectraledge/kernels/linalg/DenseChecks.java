package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Tensor;

/** Refusal of operands that a factorisation was not made for. */
final class DenseChecks {
    private DenseChecks() {}

    static void requireFloating(DType type) {
        if (!type.isFloating()) {
            throw new IllegalArgumentException("a factorisation needs FLOAT32 or FLOAT64 matrices, got " + type);
        }
    }

    static void requireMatrix(Tensor matrix, DType type, long rows, long columns) {
        if (matrix.type() != type
                || matrix.rank() != 2
                || matrix.size(0) != rows
                || matrix.size(1) != columns
                || !matrix.isContiguous()) {
            throw new IllegalArgumentException("matrix must be a contiguous " + type + "[" + rows + ", " + columns
                    + "], got " + matrix + (matrix.isContiguous() ? "" : ", which is strided"));
        }
    }
}
