package dev.spectraledge.kernels.reference;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.LossGradient;
import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;
import java.util.function.DoubleUnaryOperator;

/** Weighted cross-entropy of a softmax, and its derivative. */
final class CrossEntropy {
    private CrossEntropy() {}

    static void crossEntropy(
            Rows rows,
            Tensor logits,
            Tensor targets,
            Tensor weights,
            Tensor logitsGradient,
            LossGradient lossGradient,
            Tensor statistics) {
        int classes = (int) logits.size(2);
        DoubleUnaryOperator minusOne = minusOne(lossGradient, logits.type());
        for (int run = 0; run < rows.runs(); run++) {
            int count = rows.rows(run);
            double[] z = Dense.read(logits, run, count);
            double[] target = Dense.read(targets, run, count);
            double[] weight = Dense.read(weights, run, count);
            double[] gradient = new double[count * classes];
            double[] sums = new double[3];
            for (int row = 0; row < count; row++) {
                if (target[row] >= 0) {
                    int label = label(target[row], classes, row);
                    row(z, row * classes, classes, label, weight[row], minusOne, gradient, sums);
                }
            }
            if (logitsGradient != null) {
                Dense.write(gradient, logitsGradient, run, count);
            }
            VectorOperations.addTo(statistics, run, sums);
        }
    }

    /** p − 1 from 1 − p. */
    private static DoubleUnaryOperator minusOne(LossGradient lossGradient, DType type) {
        if (lossGradient == LossGradient.ACCURATE) {
            return others -> -others;
        }
        boolean single = lossGradient == LossGradient.ROUNDED && type == DType.FLOAT32;
        return single ? others -> (double) (float) (1 - others) - 1 : others -> (1 - others) - 1;
    }

    private static void row(
            double[] z,
            int begin,
            int classes,
            int target,
            double weight,
            DoubleUnaryOperator minusOne,
            double[] gradient,
            double[] sums) {
        int argmax = 0;
        for (int c = 1; c < classes; c++) {
            if (z[begin + c] > z[begin + argmax]) {
                argmax = c;
            }
        }
        double largest = z[begin + argmax];
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(z[begin + c] - largest);
        }
        double others = 0;
        for (int c = 0; c < classes; c++) {
            double probability = Math.exp(z[begin + c] - largest) / sum;
            gradient[begin + c] = weight * probability;
            others += c == target ? 0 : probability;
        }
        gradient[begin + target] = weight * minusOne.applyAsDouble(others);
        sums[0] += weight * (Math.log(sum) + largest - z[begin + target]);
        sums[1] += argmax == target ? weight : 0;
        sums[2] += weight;
    }

    private static int label(double target, int classes, int row) {
        if (target >= classes) {
            throw new IllegalArgumentException(
                    "targets[" + row + "] is " + (int) target + ", the logits have " + classes + " classes");
        }
        return (int) target;
    }
}
