package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;
import java.util.Map;

/** The layers of the published transformers for one sequence, written down once more with plain loops in double. */
final class PlainLayers {
    private static final double EPSILON = 1e-5;

    private final Map<String, Tensor> parameters;
    private final int heads;

    PlainLayers(Map<String, Tensor> parameters, int heads) {
        this.parameters = parameters;
        this.heads = heads;
    }

    /** Which keys a query sees. */
    @FunctionalInterface
    interface Mask {
        boolean sees(int query, int key);
    }

    double[][] embedding(String tokenTable, String positionTable, int[] tokens) {
        double[][] embedded = new double[tokens.length][];
        for (int position = 0; position < tokens.length; position++) {
            embedded[position] = plus(row(tokenTable, tokens[position]), row(positionTable, position));
        }
        return embedded;
    }

    /** residual + attention of {@code queries} to {@code keys}, which are normalised already. */
    double[][] attention(String name, double[][] residual, double[][] queries, double[][] keys, Mask mask) {
        int width = queries[0].length;
        double[][] projectedQueries = project(name, queries);
        double[][] projectedKeys = project(name, keys);
        double[][] output = new double[queries.length][];
        for (int query = 0; query < queries.length; query++) {
            double[] mixed = new double[width];
            for (int from = 0; from < width; from += width / heads) {
                mix(projectedQueries[query], projectedKeys, query, from, width, mask, mixed);
            }
            output[query] = plus(residual[query], linear(name + ".out_proj.weight", name + ".out_proj.bias", mixed));
        }
        return output;
    }

    private double[][] project(String name, double[][] rows) {
        double[][] projected = new double[rows.length][];
        for (int row = 0; row < rows.length; row++) {
            projected[row] = linear(name + ".in_proj_weight", name + ".in_proj_bias", rows[row]);
        }
        return projected;
    }

    private void mix(double[] query, double[][] keys, int position, int from, int width, Mask mask, double[] mixed) {
        int headWidth = width / heads;
        double[] weights = new double[keys.length];
        double sum = 0;
        for (int key = 0; key < keys.length; key++) {
            double score = 0;
            for (int c = from; c < from + headWidth; c++) {
                score += query[c] * keys[key][width + c];
            }
            weights[key] = mask.sees(position, key) ? Math.exp(score / Math.sqrt(headWidth)) : 0;
            sum += weights[key];
        }
        for (int key = 0; key < keys.length; key++) {
            for (int c = from; c < from + headWidth; c++) {
                mixed[c] += weights[key] / sum * keys[key][2 * width + c];
            }
        }
    }

    /** residual + feedForward(norm(residual)). */
    double[][] feedForward(String block, String norm, double[][] residual) {
        double[][] output = new double[residual.length][];
        for (int position = 0; position < residual.length; position++) {
            double[] inner = linear(block + "linear1.weight", block + "linear1.bias", norm(norm, residual[position]));
            for (int i = 0; i < inner.length; i++) {
                inner[i] *= (1 + erf(inner[i] / Math.sqrt(2))) / 2;
            }
            output[position] =
                    plus(residual[position], linear(block + "linear2.weight", block + "linear2.bias", inner));
        }
        return output;
    }

    double[][] norm(String name, double[][] rows) {
        double[][] result = new double[rows.length][];
        for (int row = 0; row < rows.length; row++) {
            result[row] = norm(name, rows[row]);
        }
        return result;
    }

    double[] norm(String name, double[] x) {
        double mean = 0;
        double variance = 0;
        for (double value : x) {
            mean += value / x.length;
        }
        for (double value : x) {
            variance += (value - mean) * (value - mean) / x.length;
        }
        double[] result = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            result[i] = (x[i] - mean)
                            / Math.sqrt(variance + EPSILON)
                            * parameters.get(name + ".weight").get(i)
                    + parameters.get(name + ".bias").get(i);
        }
        return result;
    }

    /** −log of the probability of a class. */
    double crossEntropy(String layer, double[] x, int target) {
        double[] logits = linear(layer + ".weight", layer + ".bias", x);
        double sum = 0;
        for (double logit : logits) {
            sum += Math.exp(logit);
        }
        return Math.log(sum) - logits[target];
    }

    double[] linear(String weight, String bias, double[] x) {
        Tensor matrix = parameters.get(weight);
        double[] result = new double[Math.toIntExact(matrix.size(0))];
        for (int i = 0; i < result.length; i++) {
            result[i] = parameters.get(bias).get(i);
            for (int j = 0; j < x.length; j++) {
                result[i] += matrix.get(i, j) * x[j];
            }
        }
        return result;
    }

    private double[] row(String table, int index) {
        Tensor row = parameters.get(table).at(index);
        double[] result = new double[Math.toIntExact(row.size(0))];
        for (int i = 0; i < result.length; i++) {
            result[i] = row.get(i);
        }
        return result;
    }

    private static double[] plus(double[] x, double[] y) {
        double[] result = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            result[i] = x[i] + y[i];
        }
        return result;
    }

    /** 2/√π·exp(−x²)·Σ 2ⁿx²ⁿ⁺¹/(2n+1)!!, whose terms do not cancel (Abramowitz and Stegun 7.1.6). */
    private static double erf(double x) {
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
}
