package dev.spectraledge.kernels.reference;

import dev.spectraledge.kernels.RotaryShape;
import dev.spectraledge.kernels.Rows;
import dev.spectraledge.kernels.Tensor;

/** Rotary positions (Su et al. 2021). */
final class Rotary {
    private Rotary() {}

    /** Rotates by the angles, or back by them where {@code sign} is −1. */
    static void rotate(
            Rows rows, RotaryShape shape, double sign, Tensor positions, Tensor angles, Tensor input, Tensor output) {
        boolean interleaved = shape.pairing() == RotaryShape.Pairing.INTERLEAVED;
        int pairs = shape.pairs();
        double[] table = Dense.read(angles);
        for (int run = 0; run < rows.runs(); run++) {
            int count = rows.rows(run);
            double[] position = Dense.read(positions, run, count);
            double[] x = Dense.read(input, run, count);
            for (int row = 0; row < count; row++) {
                int angle = number(position[row], angles, row) * shape.rotatedWidth();
                for (int head = 0; head < shape.heads(); head++) {
                    int begin = row * shape.width() + head * shape.headWidth();
                    for (int pair = 0; pair < pairs; pair++) {
                        int first = begin + (interleaved ? 2 * pair : pair);
                        int second = first + (interleaved ? 1 : pairs);
                        double cosine = table[angle + pair];
                        double sine = sign * table[angle + pairs + pair];
                        double rotated = x[first] * cosine - x[second] * sine;
                        x[second] = x[first] * sine + x[second] * cosine;
                        x[first] = rotated;
                    }
                }
            }
            Dense.write(x, output, run, count);
        }
    }

    private static int number(double position, Tensor angles, int row) {
        if (position < 0 || position >= angles.size(0)) {
            throw new IllegalArgumentException(
                    "position[" + row + "] is " + (int) position + ", the table has " + angles.size(0) + " rows");
        }
        return (int) position;
    }
}
