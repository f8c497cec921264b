package dev.spectraledge.kernels.reference;

import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/** Layer norm (Ba, Kiros and Hinton 2016), with or without its mean, GELU (Hendrycks and Gimpel 2016) and SwiGLU (Shazeer 2020). */
final class Activations {
    private static final double SQRT_TWO_OVER_PI = Math.sqrt(2 / Math.PI);
    private static final double CUBIC = 0.044715;

    private Activations() {}

    static void layerNorm(
            Rows rows,
            double epsilon,
            Tensor input,
            Tensor gain,
            Tensor bias,
            Tensor output,
            Tensor mean,
            Tensor inverseDeviation) {
        int width = (int) gain.size(1);
        for (int run = 0; run < rows.runs(); run++) {
            int count = rows.rows(run);
            double[] x = Dense.read(input, run, count);
            double[] g = Dense.read(gain, run);
            double[] b = bias == null ? new double[width] : Dense.read(bias, run);
            double[] y = new double[count * width];
            double[] means = new double[count];
            double[] inverses = new double[count];
            for (int row = 0; row < count; row++) {
                int begin = row * width;
                double sum = 0;
                for (int column = 0; column < width; column++) {
                    sum += x[begin + column];
                }
                means[row] = mean == null ? 0 : sum / width;
                double squares = 0;
                for (int column = 0; column < width; column++) {
                    double centred = x[begin + column] - means[row];
                    squares += centred * centred;
                }
                inverses[row] = 1 / Math.sqrt(squares / width + epsilon);
                for (int column = 0; column < width; column++) {
                    double normalized = (x[begin + column] - means[row]) * inverses[row];
                    y[begin + column] = normalized * g[column] + b[column];
                }
            }
            Dense.write(y, output, run, count);
            if (mean != null) {
                Dense.write(means, mean, run, count);
            }
            Dense.write(inverses, inverseDeviation, run, count);
        }
    }

    /**
     * With n the normalised row, h = dY·gain and ⟨·⟩ the mean over the row: dX = (h − ⟨h⟩ − n⟨h·n⟩)/deviation, dgain =
     * Σ_rows dY·n, dbias = Σ_rows dY. Without a mean ⟨h⟩ is missing.
     */
    static void layerNormBackward(
            Rows rows,
            Tensor outputGradient,
            Tensor input,
            Tensor gain,
            Tensor mean,
            Tensor inverseDeviation,
            Tensor residualGradient,
            Tensor inputGradient,
            Tensor gainGradient,
            Tensor biasGradient) {
        int width = (int) gain.size(1);
        for (int run = 0; run < rows.runs(); run++) {
            int count = rows.rows(run);
            double[] dy = Dense.read(outputGradient, run, count);
            double[] x = Dense.read(input, run, count);
            double[] g = Dense.read(gain, run);
            double[] means = mean == null ? new double[count] : Dense.read(mean, run, count);
            double[] inverses = Dense.read(inverseDeviation, run, count);
            double[] dx =
                    residualGradient == null ? new double[count * width] : Dense.read(residualGradient, run, count);
            double[] dGain = new double[width];
            double[] dBias = new double[width];
            for (int row = 0; row < count; row++) {
                int begin = row * width;
                double meanOfH = 0;
                double meanOfHN = 0;
                for (int column = 0; column < width; column++) {
                    double n = (x[begin + column] - means[row]) * inverses[row];
                    double h = dy[begin + column] * g[column];
                    meanOfH += mean == null ? 0 : h / width;
                    meanOfHN += h * n / width;
                    dGain[column] += dy[begin + column] * n;
                    dBias[column] += dy[begin + column];
                }
                for (int column = 0; column < width; column++) {
                    double n = (x[begin + column] - means[row]) * inverses[row];
                    double h = dy[begin + column] * g[column];
                    dx[begin + column] += (h - meanOfH - n * meanOfHN) * inverses[row];
                }
            }
            Dense.write(dx, inputGradient, run, count);
            VectorOperations.addTo(gainGradient, run, dGain);
            if (biasGradient != null) {
                VectorOperations.addTo(biasGradient, run, dBias);
            }
        }
    }

    static void gelu(Rows rows, Gelu kind, Tensor input, Tensor output) {
        for (int run = 0; run < rows.runs(); run++) {
            int count = rows.rows(run);
            double[] values = Dense.read(input, run, count);
            for (int i = 0; i < values.length; i++) {
                values[i] = gelu(kind, values[i]);
            }
            Dense.write(values, output, run, count);
        }
    }

    static void geluBackward(Rows rows, Gelu kind, Tensor outputGradient, Tensor input, Tensor inputGradient) {
        for (int run = 0; run < rows.runs(); run++) {
            int count = rows.rows(run);
            double[] x = Dense.read(input, run, count);
            double[] gradient = Dense.read(outputGradient, run, count);
            for (int i = 0; i < x.length; i++) {
                gradient[i] *= derivative(kind, x[i]);
            }
            Dense.write(gradient, inputGradient, run, count);
        }
    }

    static void swiGlu(Rows rows, Tensor gate, Tensor up, Tensor output) {
        for (int run = 0; run < rows.runs(); run++) {
            int count = rows.rows(run);
            double[] g = Dense.read(gate, run, count);
            double[] values = Dense.read(up, run, count);
            for (int i = 0; i < values.length; i++) {
                values[i] *= g[i] * sigmoid(g[i]);
            }
            Dense.write(values, output, run, count);
        }
    }

    /** SiLU′(x) = σ(x)·(1 + x·(1 − σ(x))), and 1 − σ(x) = σ(−x). */
    static void swiGluBackward(
            Rows rows, Tensor outputGradient, Tensor gate, Tensor up, Tensor gateGradient, Tensor upGradient) {
        for (int run = 0; run < rows.runs(); run++) {
            int count = rows.rows(run);
            double[] dy = Dense.read(outputGradient, run, count);
            double[] g = Dense.read(gate, run, count);
            double[] u = Dense.read(up, run, count);
            for (int i = 0; i < dy.length; i++) {
                double sigmoid = sigmoid(g[i]);
                u[i] *= dy[i] * sigmoid * (1 + g[i] * sigmoid(-g[i]));
                dy[i] *= g[i] * sigmoid;
            }
            Dense.write(u, gateGradient, run, count);
            Dense.write(dy, upGradient, run, count);
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private static double gelu(Gelu kind, double x) {
        return switch (kind) {
            case ERF -> x * NormalDistribution.cumulative(x);
            case TANH -> x * (1 + Math.tanh(tanhArgument(x))) / 2;
        };
    }

    private static double derivative(Gelu kind, double x) {
        return switch (kind) {
            case ERF -> NormalDistribution.cumulative(x) + x * NormalDistribution.density(x);
            case TANH -> {
                double tanh = Math.tanh(tanhArgument(x));
                double slope = SQRT_TWO_OVER_PI * (1 + 3 * CUBIC * x * x);
                // Where tanh is ±1 the slope may overflow; the product's limit is 0.
                double sech2 = 1 - tanh * tanh;
                yield (1 + tanh) / 2 + (sech2 == 0 ? 0 : x * sech2 * slope / 2);
            }
        };
    }

    private static double tanhArgument(double x) {
        return SQRT_TWO_OVER_PI * (x + CUBIC * x * x * x);
    }
}
