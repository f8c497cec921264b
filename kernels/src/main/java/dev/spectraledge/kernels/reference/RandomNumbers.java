package dev.spectraledge.kernels.reference;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Philox;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.SketchEntries;
import dev.spectraledge.kernels.SketchOperator;
import dev.spectraledge.kernels.Tensor;

/** Random tensors and random projections. */
final class RandomNumbers {
    private RandomNumbers() {}

    static void uniform(PhiloxKey[] keys, double low, double high, Tensor out) {
        int[] words = new int[Philox.WORDS];
        for (int run = 0; run < keys.length; run++) {
            double[] values = new double[Math.toIntExact(out.at(run).elements())];
            Philox.uniforms(keys[run], 0, values, values.length, words);
            for (int i = 0; i < values.length; i++) {
                values[i] = out.type() == DType.FLOAT32
                        ? Philox.betweenFloat(values[i], low, high)
                        : Philox.between(values[i], low, high);
            }
            Dense.write(values, out, run);
        }
    }

    static void normal(PhiloxKey[] keys, double mean, double standardDeviation, Tensor out) {
        int[] words = new int[Philox.WORDS];
        for (int run = 0; run < keys.length; run++) {
            double[] values = new double[Math.toIntExact(out.at(run).elements())];
            Philox.normals(keys[run], 0, values, values.length, words);
            for (int i = 0; i < values.length; i++) {
                values[i] = mean + standardDeviation * values[i];
            }
            Dense.write(values, out, run);
        }
    }

    static void sketch(SketchOperator operator, Tensor x, Tensor out) {
        int[] words = new int[Philox.WORDS];
        for (int run = 0; run < x.size(0); run++) {
            double[] vector = Dense.read(x, run);
            double[] projection = new double[operator.rows()];
            for (int column = 0; column < vector.length; column++) {
                addColumn(operator, column, vector[column], projection, words);
            }
            Dense.write(projection, out, run);
        }
    }

    private static void addColumn(
            SketchOperator operator, int column, double factor, double[] projection, int[] words) {
        switch (operator.kind()) {
            case GAUSSIAN -> {
                double[] entries = new double[operator.rows()];
                SketchEntries.gaussianColumn(operator, column, entries, words);
                for (int row = 0; row < entries.length; row++) {
                    projection[row] += entries[row] * factor;
                }
            }
            case SPARSE_SIGN -> {
                int[] rows = new int[operator.nonzerosPerColumn()];
                SketchEntries.sparseColumn(operator, column, rows, words);
                double magnitude = 1 / Math.sqrt(rows.length);
                for (int row : rows) {
                    projection[row < 0 ? ~row : row] += (row < 0 ? -magnitude : magnitude) * factor;
                }
            }
        }
    }
}
