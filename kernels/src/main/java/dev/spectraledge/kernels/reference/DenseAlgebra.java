package dev.spectraledge.kernels.reference;

import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/** Matrix products, linear layers and embeddings. */
final class DenseAlgebra {
    private DenseAlgebra() {}

    static void gemm(boolean transposeA, boolean transposeB, double alpha, Tensor a, Tensor b, double beta, Tensor c) {
        int rows = (int) c.size(1);
        int columns = (int) c.size(2);
        int inner = (int) a.size(transposeA ? 1 : 2);
        for (int run = 0; run < c.size(0); run++) {
            double[] left = Dense.read(a, run);
            double[] right = Dense.read(b, run);
            // With β = 0 the old content of C is not read: it may be NaN.
            double[] result = beta == 0 ? new double[rows * columns] : Dense.read(c, run);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < columns; j++) {
                    double sum = 0;
                    for (int k = 0; k < inner; k++) {
                        double x = transposeA ? left[k * rows + i] : left[i * inner + k];
                        double y = transposeB ? right[j * inner + k] : right[k * columns + j];
                        sum += x * y;
                    }
                    int element = i * columns + j;
                    result[element] = beta == 0 ? alpha * sum : alpha * sum + beta * result[element];
                }
            }
            Dense.write(result, c, run);
        }
    }

    static void linear(Rows rows, Tensor input, Tensor weight, Tensor bias, Tensor residual, Tensor output) {
        int inputs = (int) weight.size(2);
        int outputs = (int) weight.size(1);
        for (int run = 0; run < rows.runs(); run++) {
            int count = rows.rows(run);
            double[] x = Dense.read(input, run, count);
            double[] w = Dense.read(weight, run);
            double[] b = bias == null ? new double[outputs] : Dense.read(bias, run);
            double[] y = residual == null ? new double[count * outputs] : Dense.read(residual, run, count);
            for (int row = 0; row < count; row++) {
                for (int out = 0; out < outputs; out++) {
                    double sum = 0;
                    for (int in = 0; in < inputs; in++) {
                        sum += x[row * inputs + in] * w[out * inputs + in];
                    }
                    y[row * outputs + out] += sum + b[out];
                }
            }
            Dense.write(y, output, run, count);
        }
    }

    static void linearBackward(
            Rows rows,
            Tensor outputGradient,
            Tensor input,
            Tensor weight,
            Tensor inputGradient,
            Tensor weightGradient,
            Tensor biasGradient) {
        int inputs = (int) weight.size(2);
        int outputs = (int) weight.size(1);
        for (int run = 0; run < rows.runs(); run++) {
            int count = rows.rows(run);
            double[] dy = Dense.read(outputGradient, run, count);
            double[] x = Dense.read(input, run, count);
            double[] w = Dense.read(weight, run);
            double[] dx = new double[count * inputs];
            double[] dw = Dense.read(weightGradient, run);
            double[] db = new double[outputs];
            for (int row = 0; row < count; row++) {
                for (int out = 0; out < outputs; out++) {
                    double gradient = dy[row * outputs + out];
                    db[out] += gradient;
                    for (int in = 0; in < inputs; in++) {
                        dx[row * inputs + in] += gradient * w[out * inputs + in];
                        dw[out * inputs + in] += gradient * x[row * inputs + in];
                    }
                }
            }
            if (inputGradient != null) {
                Dense.write(dx, inputGradient, run, count);
            }
            Dense.write(dw, weightGradient, run);
            if (biasGradient != null) {
                VectorOperations.addTo(biasGradient, run, db);
            }
        }
    }

    static void embedding(
            Rows rows, Tensor tokens, Tensor positions, Tensor tokenTable, Tensor positionTable, Tensor output) {
        int width = (int) tokenTable.size(2);
        for (int run = 0; run < rows.runs(); run++) {
            int count = rows.rows(run);
            double[] token = Dense.read(tokens, run, count);
            double[] tokenRows = Dense.read(tokenTable, run);
            double[] y = new double[count * width];
            for (int row = 0; row < count; row++) {
                int tokenRow = tableRow("tokens", token[row], tokenTable, row);
                System.arraycopy(tokenRows, tokenRow * width, y, row * width, width);
            }
            if (positions != null) {
                double[] position = Dense.read(positions, run, count);
                double[] positionRows = Dense.read(positionTable, run);
                for (int row = 0; row < count; row++) {
                    int positionRow = tableRow("positions", position[row], positionTable, row);
                    for (int column = 0; column < width; column++) {
                        y[row * width + column] += positionRows[positionRow * width + column];
                    }
                }
            }
            Dense.write(y, output, run, count);
        }
    }

    static void embeddingBackward(
            Rows rows,
            Tensor tokens,
            Tensor positions,
            Tensor outputGradient,
            Tensor tokenTableGradient,
            Tensor positionTableGradient) {
        addRows("tokens", rows, tokens, outputGradient, tokenTableGradient);
        if (positions != null) {
            addRows("positions", rows, positions, outputGradient, positionTableGradient);
        }
    }

    private static void addRows(String name, Rows rows, Tensor numbers, Tensor source, Tensor table) {
        int width = (int) table.size(2);
        for (int run = 0; run < rows.runs(); run++) {
            int count = rows.rows(run);
            double[] number = Dense.read(numbers, run, count);
            double[] from = Dense.read(source, run, count);
            double[] to = Dense.read(table, run);
            for (int row = 0; row < count; row++) {
                int tableRow = tableRow(name, number[row], table, row);
                for (int column = 0; column < width; column++) {
                    to[tableRow * width + column] += from[row * width + column];
                }
            }
            Dense.write(to, table, run);
        }
    }

    private static int tableRow(String name, double number, Tensor table, int row) {
        if (number < 0 || number >= table.size(1)) {
            throw new IllegalArgumentException(name + "[" + row + "] is " + (int) number + ", the table " + table
                    + " has " + table.size(1) + " rows");
        }
        return (int) number;
    }
}
