package dev.spectraledge.kernels.reference;

import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;

/** How many sequences are answered without a mistake. */
final class SequenceAccuracy {
    private SequenceAccuracy() {}

    static void sequenceAccuracy(
            PackedSequences sequences, Tensor logits, Tensor targets, Tensor weights, Tensor statistics) {
        int classes = (int) logits.size(2);
        for (int run = 0; run < sequences.runs(); run++) {
            int count = sequences.rows(run);
            double[] z = Dense.read(logits, run, count);
            double[] target = Dense.read(targets, run, count);
            double[] weight = Dense.read(weights, run, count);
            double[] sums = new double[3];
            for (int index = 0; index < sequences.sequences(run); index++) {
                int begin = sequences.begin(run, index);
                int counted = 0;
                int right = 0;
                for (int row = begin; row < sequences.begin(run, index + 1); row++) {
                    counted += target[row] >= 0 ? 1 : 0;
                    right += target[row] >= 0 && firstMaximum(z, row * classes, classes) == target[row] ? 1 : 0;
                }
                sums[1] += counted > 0 && right == counted ? weight[begin] : 0;
                sums[2] += counted > 0 ? weight[begin] : 0;
            }
            VectorOperations.addTo(statistics, run, sums);
        }
    }

    private static int firstMaximum(double[] z, int begin, int classes) {
        int place = 0;
        for (int c = 1; c < classes; c++) {
            if (z[begin + c] > z[begin + place]) {
                place = c;
            }
        }
        return place;
    }
}
