package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;

/** The small dense algebra at the end of a stream, on arrays of rows. Not for steps: every result is new. */
final class DoubleMatrices {
    private DoubleMatrices() {}

    static double[][] multiply(double[][] a, double[][] b) {
        double[][] product = new double[a.length][b[0].length];
        for (int row = 0; row < a.length; row++) {
            for (int k = 0; k < b.length; k++) {
                double factor = a[row][k];
                for (int column = 0; column < b[0].length; column++) {
                    product[row][column] += factor * b[k][column];
                }
            }
        }
        return product;
    }

    static double[][] transpose(double[][] a) {
        double[][] transposed = new double[a[0].length][a.length];
        for (int row = 0; row < a.length; row++) {
            for (int column = 0; column < a[0].length; column++) {
                transposed[column][row] = a[row][column];
            }
        }
        return transposed;
    }

    /** R⁻¹ of an upper triangle without a zero on its diagonal. */
    static double[][] invertUpperTriangle(double[][] r) {
        double[][] inverse = new double[r.length][r.length];
        for (int column = 0; column < r.length; column++) {
            inverse[column][column] = 1 / r[column][column];
            for (int row = column - 1; row >= 0; row--) {
                double sum = 0;
                for (int k = row + 1; k <= column; k++) {
                    sum += r[row][k] * inverse[k][column];
                }
                inverse[row][column] = -sum / r[row][row];
            }
        }
        return inverse;
    }

    /** A†, by singular values; those below 2⁻⁵²·max(m, n) of the largest count as zero. */
    static double[][] pseudoInverse(double[][] a) {
        try (MemoryOwner scratch = MemoryOwner.open("pseudo-inverse")) {
            DenseSvd svd = new DenseSvd(scratch, DType.FLOAT64, a.length, a[0].length);
            svd.decompose(tensor(scratch, a));
            double[][] left = array(svd.leftVectors());
            double[][] right = array(svd.rightVectors());
            double smallest = svd.singularValues().get(0) * Math.max(a.length, a[0].length) * 0x1p-52;
            for (int index = 0; index < right.length; index++) {
                double value = svd.singularValues().get(index);
                double inverse = value > smallest ? 1 / value : 0;
                for (int column = 0; column < right[index].length; column++) {
                    right[index][column] *= inverse;
                }
            }
            return multiply(transpose(right), transpose(left));
        }
    }

    static Tensor tensor(MemoryOwner owner, double[][] a) {
        Tensor tensor = Tensor.allocate(owner, DType.FLOAT64, a.length, a[0].length);
        for (int row = 0; row < a.length; row++) {
            for (int column = 0; column < a[0].length; column++) {
                tensor.set(a[row][column], row, column);
            }
        }
        return tensor;
    }

    static double[][] array(Tensor tensor) {
        double[][] rows = new double[(int) tensor.size(0)][(int) tensor.size(1)];
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column < rows[row].length; column++) {
                rows[row][column] = tensor.get(row, column);
            }
        }
        return rows;
    }
}
