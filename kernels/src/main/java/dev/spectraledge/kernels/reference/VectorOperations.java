package dev.spectraledge.kernels.reference;

import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;
import java.util.Arrays;

/** Flat vectors, and rows against a window. */
final class VectorOperations {
    private VectorOperations() {}

    static void copy(Tensor source, Tensor target) {
        Dense.write(Dense.read(source), target);
    }

    static void fill(Tensor target, double value) {
        double[] values = new double[Math.toIntExact(target.elements())];
        Arrays.fill(values, value);
        Dense.write(values, target);
    }

    static void fill(Rows rows, Tensor target, double value) {
        for (int run = 0; run < rows.runs(); run++) {
            fill(target.at(run).slice(0, 0, rows.rows(run)), value);
        }
    }

    static void addTo(Tensor target, int run, double[] addend) {
        double[] sum = Dense.read(target, run);
        for (int i = 0; i < sum.length; i++) {
            sum[i] += addend[i];
        }
        Dense.write(sum, target, run);
    }

    static void axpy(double alpha, Tensor x, Tensor y) {
        double[] addend = Dense.read(x);
        double[] sum = Dense.read(y);
        for (int i = 0; i < sum.length; i++) {
            sum[i] += alpha * addend[i];
        }
        Dense.write(sum, y);
    }

    static void scale(double alpha, Tensor x) {
        double[] values = Dense.read(x);
        for (int i = 0; i < values.length; i++) {
            values[i] *= alpha;
        }
        Dense.write(values, x);
    }

    static void normalize(Tensor squares, double added, double least, Tensor x) {
        for (int run = 0; run < x.size(0); run++) {
            double[] values = Dense.read(x, run);
            for (int i = 0; i < values.length; i++) {
                values[i] /= Math.max(Math.sqrt(squares.getDouble(run)) + added, least);
            }
            Dense.write(values, x, run);
        }
    }

    static void subtract(Tensor x, Tensor y, Tensor out) {
        double[] difference = Dense.read(x);
        double[] subtrahend = Dense.read(y);
        for (int i = 0; i < difference.length; i++) {
            difference[i] -= subtrahend[i];
        }
        Dense.write(difference, out);
    }

    static void dot(Tensor x, Tensor y, Tensor result) {
        double[] products = new double[(int) x.size(0)];
        for (int run = 0; run < products.length; run++) {
            products[run] = dot(Dense.read(x, run), Dense.read(y, run));
        }
        Dense.write(products, result);
    }

    static void gramRow(Tensor window, Tensor x, Tensor result) {
        for (int run = 0; run < x.size(0); run++) {
            Dense.write(products(window.at(run), Dense.read(x, run)), result, run);
        }
    }

    static void gramBlock(Tensor window, Tensor rows, Tensor result) {
        for (int run = 0; run < rows.size(0); run++) {
            for (int row = 0; row < rows.size(1); row++) {
                Dense.write(products(window.at(run), Dense.read(rows.at(run), row)), result.at(run), row);
            }
        }
    }

    private static double[] products(Tensor window, double[] vector) {
        double[] products = new double[(int) window.size(0)];
        for (int row = 0; row < products.length; row++) {
            products[row] = dot(Dense.read(window, row), vector);
        }
        return products;
    }

    static void combineRows(Tensor window, Tensor coefficients, Tensor out) {
        int rows = (int) window.size(1);
        for (int run = 0; run < out.size(0); run++) {
            double[] factors = Dense.read(coefficients, run);
            double[] sum = new double[(int) out.size(1)];
            for (int row = 0; row < rows; row++) {
                double[] addend = Dense.read(window.at(run), row);
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += factors[row] * addend[i];
                }
            }
            Dense.write(sum, out, run);
        }
    }

    /**
     * Σ x·y as if in twice the precision of a double: Dot2 of Ogita, Rump and Oishi 2005, with the products' errors from a
     * fused multiply-add.
     */
    private static double dot(double[] x, double[] y) {
        double sum = 0;
        double error = 0;
        for (int i = 0; i < x.length; i++) {
            double product = x[i] * y[i];
            double next = sum + product;
            double added = next - sum;
            error += (sum - (next - added)) + (product - added) + Math.fma(x[i], y[i], -product);
            sum = next;
        }
        // The error of an infinite sum is NaN, the sum is not.
        return Double.isFinite(sum) ? sum + error : sum;
    }
}
