package dev.spectraledge.kernels.reference;

import dev.spectraledge.kernels.AttentionShape;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;

/**
 * Scaled dot-product attention (Vaswani et al. 2017) of packed sequences, which keeps the probabilities or the logarithms of
 * the sums that divide them; the other tensor is null.
 */
final class Attention {
    private Attention() {}

    static void forward(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor probabilities,
            Tensor logSums,
            Tensor output) {
        int width = shape.width();
        for (int run = 0; run < queries.runs(); run++) {
            int queryRows = queries.rows(run);
            double[] q = Dense.read(query, run, queryRows);
            double[] k = Dense.read(key, run, keys.rows(run));
            double[] v = Dense.read(value, run, keys.rows(run));
            double[] out = new double[queryRows * width];
            for (int sequence = 0; sequence < queries.sequences(run); sequence++) {
                int firstKey = keys.begin(run, sequence);
                for (int i = 0; i < queries.length(run, sequence); i++) {
                    int row = queries.begin(run, sequence) + i;
                    int visible = shape.visibleKeys(i, queries.length(run, sequence), keys.length(run, sequence));
                    for (int head = 0; head < shape.heads(); head++) {
                        double[] p = scores(shape, q, k, row, firstKey, visible, head);
                        double logSum = softmax(p);
                        for (int j = 0; j < visible; j++) {
                            for (int c = head * shape.headWidth(); c < (head + 1) * shape.headWidth(); c++) {
                                out[row * width + c] += p[j] * v[(firstKey + j) * width + c];
                            }
                        }
                        if (probabilities != null) {
                            Dense.write(
                                    p, probabilities.at(run).at(row).at(head).slice(0, 0, visible));
                        }
                        if (logSums != null) {
                            logSums.set(logSum, run, row, head);
                        }
                    }
                }
            }
            Dense.write(out, output, run, queryRows);
        }
    }

    /**
     * Per query row and head, with P the probabilities and s the scale: dV_j += P_j dO, dP_j = dO·V_j, dS_j = P_j (dP_j −
     * Σ_l P_l dP_l), dQ += s Σ_j dS_j K_j, dK_j += s dS_j Q.
     */
    static void backward(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor outputGradient,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor probabilities,
            Tensor logSums,
            Tensor queryGradient,
            Tensor keyGradient,
            Tensor valueGradient) {
        int width = shape.width();
        double scale = scale(shape);
        for (int run = 0; run < queries.runs(); run++) {
            int queryRows = queries.rows(run);
            int keyRows = keys.rows(run);
            double[] dOut = Dense.read(outputGradient, run, queryRows);
            double[] q = Dense.read(query, run, queryRows);
            double[] k = Dense.read(key, run, keyRows);
            double[] v = Dense.read(value, run, keyRows);
            double[] dq = new double[queryRows * width];
            double[] dk = new double[keyRows * width];
            double[] dv = new double[keyRows * width];
            for (int sequence = 0; sequence < queries.sequences(run); sequence++) {
                int firstKey = keys.begin(run, sequence);
                for (int i = 0; i < queries.length(run, sequence); i++) {
                    int row = queries.begin(run, sequence) + i;
                    int visible = shape.visibleKeys(i, queries.length(run, sequence), keys.length(run, sequence));
                    for (int head = 0; head < shape.heads(); head++) {
                        int from = head * shape.headWidth();
                        int to = from + shape.headWidth();
                        double[] p = probabilities == null
                                ? probabilities(
                                        scores(shape, q, k, row, firstKey, visible, head), logSums.get(run, row, head))
                                : Dense.read(
                                        probabilities.at(run).at(row).at(head).slice(0, 0, visible));
                        double[] dp = new double[visible];
                        double mean = 0;
                        for (int j = 0; j < visible; j++) {
                            for (int c = from; c < to; c++) {
                                int keyElement = (firstKey + j) * width + c;
                                dp[j] += dOut[row * width + c] * v[keyElement];
                                dv[keyElement] += p[j] * dOut[row * width + c];
                            }
                            mean += p[j] * dp[j];
                        }
                        for (int j = 0; j < visible; j++) {
                            double ds = scale * p[j] * (dp[j] - mean);
                            for (int c = from; c < to; c++) {
                                int keyElement = (firstKey + j) * width + c;
                                dq[row * width + c] += ds * k[keyElement];
                                dk[keyElement] += ds * q[row * width + c];
                            }
                        }
                    }
                }
            }
            Dense.write(dq, queryGradient, run, queryRows);
            Dense.write(dk, keyGradient, run, keyRows);
            Dense.write(dv, valueGradient, run, keyRows);
        }
    }

    private static double[] scores(
            AttentionShape shape, double[] q, double[] k, int row, int firstKey, int visible, int head) {
        int width = shape.width();
        double[] scores = new double[visible];
        for (int j = 0; j < visible; j++) {
            for (int c = head * shape.headWidth(); c < (head + 1) * shape.headWidth(); c++) {
                scores[j] += q[row * width + c] * k[(firstKey + j) * width + c];
            }
            scores[j] *= scale(shape);
        }
        return scores;
    }

    /** Turns scores into probabilities; returns the logarithm of the sum of the exponentials. */
    private static double softmax(double[] scores) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            largest = Math.max(largest, score);
        }
        double sum = 0;
        for (int j = 0; j < scores.length; j++) {
            scores[j] = Math.exp(scores[j] - largest);
            sum += scores[j];
        }
        for (int j = 0; j < scores.length; j++) {
            scores[j] /= sum;
        }
        return largest + Math.log(sum);
    }

    /** The same probabilities, given that logarithm. */
    private static double[] probabilities(double[] scores, double logSum) {
        for (int j = 0; j < scores.length; j++) {
            scores[j] = Math.exp(scores[j] - logSum);
        }
        return scores;
    }

    private static double scale(AttentionShape shape) {
        return 1 / Math.sqrt(shape.headWidth());
    }
}
