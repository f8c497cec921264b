package dev.spectraledge.trainer.model;

import dev.spectraledge.kernels.Tensor;
import java.util.List;
import java.util.Map;

/** The encoder of Thesis §5.2 for one pair of operands, written down once more with plain loops in double. */
final class PlainClassifier {
    private static final double EPSILON = 1e-5;

    private final Map<String, Tensor> parameters;
    private final TransformerShape shape;
    private final List<String> heads;

    /** @param heads names of their layers */
    PlainClassifier(Map<String, Tensor> parameters, TransformerShape shape, List<String> heads) {
        this.parameters = parameters;
        this.shape = shape;
        this.heads = heads;
    }

    /** Sum over the heads of −log of the probability of its target. */
    double loss(int[] tokens, int[] targets) {
        double[] output = encode(tokens);
        double loss = 0;
        for (int head = 0; head < heads.size(); head++) {
            double[] logits = linear(heads.get(head) + ".weight", heads.get(head) + ".bias", output);
            double sum = 0;
            for (double logit : logits) {
                sum += Math.exp(logit);
            }
            loss += Math.log(sum) - logits[targets[head]];
        }
        return loss;
    }

    private double[] encode(int[] tokens) {
        double[][] hidden = new double[tokens.length][];
        for (int position = 0; position < tokens.length; position++) {
            hidden[position] = plus(row("tok_emb.weight", tokens[position]), row("pos_emb", position));
        }
        for (int layer = 0; layer < shape.layers(); layer++) {
            hidden = block("encoder.layers." + layer + ".", hidden);
        }
        return norm("ln", hidden[0]);
    }

    private double[][] block(String name, double[][] input) {
        int positions = input.length;
        double[][] projected = new double[positions][];
        for (int position = 0; position < positions; position++) {
            projected[position] = linear(
                    name + "self_attn.in_proj_weight",
                    name + "self_attn.in_proj_bias",
                    norm(name + "norm1", input[position]));
        }
        double[][] output = new double[positions][];
        for (int position = 0; position < positions; position++) {
            double[] attended = plus(
                    input[position],
                    linear(
                            name + "self_attn.out_proj.weight",
                            name + "self_attn.out_proj.bias",
                            attention(projected, position)));
            double[] inner = linear(name + "linear1.weight", name + "linear1.bias", norm(name + "norm2", attended));
            for (int i = 0; i < inner.length; i++) {
                inner[i] *= (1 + erf(inner[i] / Math.sqrt(2))) / 2;
            }
            output[position] = plus(attended, linear(name + "linear2.weight", name + "linear2.bias", inner));
        }
        return output;
    }

    private double[] attention(double[][] projected, int position) {
        int width = shape.width();
        int headWidth = width / shape.heads();
        double[] mixed = new double[width];
        for (int from = 0; from < width; from += headWidth) {
            double[] weights = new double[projected.length];
            double sum = 0;
            for (int key = 0; key < projected.length; key++) {
                double score = 0;
                for (int c = from; c < from + headWidth; c++) {
                    score += projected[position][c] * projected[key][width + c];
                }
                weights[key] = Math.exp(score / Math.sqrt(headWidth));
                sum += weights[key];
            }
            for (int key = 0; key < projected.length; key++) {
                for (int c = from; c < from + headWidth; c++) {
                    mixed[c] += weights[key] / sum * projected[key][2 * width + c];
                }
            }
        }
        return mixed;
    }

    private double[] norm(String name, double[] x) {
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

    private double[] linear(String weight, String bias, double[] x) {
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
        double[] result = new double[shape.width()];
        for (int i = 0; i < result.length; i++) {
            result[i] = parameters.get(table).get(index, i);
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
