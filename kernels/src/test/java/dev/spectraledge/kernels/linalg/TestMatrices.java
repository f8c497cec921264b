package dev.spectraledge.kernels.linalg;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.Random;

/** Matrices with known singular values, and copies between arrays and tensors. */
public final class TestMatrices {
    private TestMatrices() {}

    /** Orthonormal rows, by Gram and Schmidt applied twice to Gaussian rows. */
    static double[][] orthonormalRows(int rows, int columns, Random random) {
        double[][] basis = new double[rows][columns];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                basis[row][column] = random.nextGaussian();
            }
            for (int pass = 0; pass < 2; pass++) {
                for (int other = 0; other < row; other++) {
                    double product = dot(basis[row], basis[other]);
                    for (int column = 0; column < columns; column++) {
                        basis[row][column] -= product * basis[other][column];
                    }
                }
                double norm = Math.sqrt(dot(basis[row], basis[row]));
                for (int column = 0; column < columns; column++) {
                    basis[row][column] /= norm;
                }
            }
        }
        return basis;
    }

    /** {@code rows} × {@code columns} with the given singular values and random singular vectors. */
    static double[][] withSingularValues(double[] values, int rows, int columns, long seed) {
        Random random = new Random(seed);
        double[][] left = orthonormalRows(values.length, rows, random);
        double[][] right = orthonormalRows(values.length, columns, random);
        double[][] matrix = new double[rows][columns];
        for (int row = 0; row < rows; row++) {
            for (int index = 0; index < values.length; index++) {
                double factor = left[index][row] * values[index];
                for (int column = 0; column < columns; column++) {
                    matrix[row][column] += factor * right[index][column];
                }
            }
        }
        return matrix;
    }

    /** {@code count} values from 1 down to {@code last} in equal ratios. */
    static double[] geometric(int count, double last) {
        double[] values = new double[count];
        for (int index = 0; index < count; index++) {
            values[index] = Math.pow(last, (double) index / (count - 1));
        }
        return values;
    }

    public static double[][] gaussian(int rows, int columns, long seed) {
        Random random = new Random(seed);
        double[][] matrix = new double[rows][columns];
        for (double[] row : matrix) {
            for (int column = 0; column < columns; column++) {
                row[column] = random.nextGaussian();
            }
        }
        return matrix;
    }

    /** G + Gᵀ of a Gaussian G. */
    public static double[][] symmetric(int order, long seed) {
        double[][] gaussian = gaussian(order, order, seed);
        double[][] symmetric = new double[order][order];
        for (int row = 0; row < order; row++) {
            for (int column = 0; column < order; column++) {
                symmetric[row][column] = gaussian[row][column] + gaussian[column][row];
            }
        }
        return symmetric;
    }

    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int index = 0; index < x.length; index++) {
            sum += x[index] * y[index];
        }
        return sum;
    }

    /** A tensor {@code [rows, columns]} of the given type. */
    public static Tensor tensor(MemoryOwner owner, DType type, double[][] matrix) {
        Tensor tensor = Tensor.allocate(owner, type, matrix.length, matrix[0].length);
        for (int row = 0; row < matrix.length; row++) {
            fill(tensor.at(row), matrix[row]);
        }
        return tensor;
    }

    static void fill(Tensor vector, double[] values) {
        for (int index = 0; index < values.length; index++) {
            vector.set(values[index], index);
        }
    }

    public static double[] array(Tensor vector) {
        double[] values = new double[(int) vector.elements()];
        for (int index = 0; index < values.length; index++) {
            values[index] = vector.get(index);
        }
        return values;
    }

    public static double[][] arrays(Tensor matrix) {
        double[][] rows = new double[(int) matrix.size(0)][];
        for (int row = 0; row < rows.length; row++) {
            rows[row] = array(matrix.at(row));
        }
        return rows;
    }

    /** Singular values by LAPACK's dgesdd, largest first. */
    static double[] singularValues(double[][] matrix) {
        try (MemoryOwner owner = MemoryOwner.open("reference singular values")) {
            DenseSvd svd = new DenseSvd(owner, DType.FLOAT64, matrix.length, matrix[0].length);
            svd.decompose(tensor(owner, DType.FLOAT64, matrix));
            return array(svd.singularValues());
        }
    }
}
