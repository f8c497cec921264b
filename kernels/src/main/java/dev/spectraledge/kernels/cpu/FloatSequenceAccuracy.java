package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;

import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;

/** How many sequences are answered without a mistake. Only evaluations ask for it, so nothing here is fast. */
final class FloatSequenceAccuracy {
    private FloatSequenceAccuracy() {}

    /** Adds the weight of the right sequences of a run and that of all to the last two doubles at {@code statistics}. */
    static void sequences(
            PackedSequences sequences, int run, Tensor logits, Tensor targets, Tensor weights, long statistics) {
        double rightSum = 0;
        double weightSum = 0;
        for (int index = 0; index < sequences.sequences(run); index++) {
            int begin = sequences.begin(run, index);
            int end = sequences.begin(run, index + 1);
            if (isCounted(targets, begin, end)) {
                double weight = FloatLanes.read(weights.address() + (long) begin * ELEMENT);
                rightSum += isRight(logits, targets, begin, end) ? weight : 0;
                weightSum += weight;
            }
        }
        RawMemory.addDouble(statistics + Double.BYTES, rightSum);
        RawMemory.addDouble(statistics + 2 * Double.BYTES, weightSum);
    }

    private static int target(Tensor targets, int row) {
        return RawMemory.readInt(targets.address() + (long) row * Integer.BYTES);
    }

    private static boolean isCounted(Tensor targets, int begin, int end) {
        for (int row = begin; row < end; row++) {
            if (target(targets, row) >= 0) {
                return true;
            }
        }
        return false;
    }

    private static boolean isRight(Tensor logits, Tensor targets, int begin, int end) {
        int classes = (int) logits.size(1);
        long address = logits.address() + begin * FloatRows.stride(logits);
        for (int row = begin; row < end; row++) {
            int target = target(targets, row);
            if (target >= 0 && firstMaximum(address, classes) != target) {
                return false;
            }
            address += FloatRows.stride(logits);
        }
        return true;
    }

    private static int firstMaximum(long address, int classes) {
        int place = 0;
        float greatest = FloatLanes.read(address);
        for (int column = 1; column < classes; column++) {
            float value = FloatLanes.read(address + (long) column * ELEMENT);
            if (value > greatest) {
                greatest = value;
                place = column;
            }
        }
        return place;
    }
}
