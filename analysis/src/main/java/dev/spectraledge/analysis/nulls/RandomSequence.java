package dev.spectraledge.analysis.nulls;

import dev.spectraledge.kernels.Philox;
import dev.spectraledge.kernels.PhiloxKey;

/**
 * Numbers drawn one after the other from one place of a Philox stream. Each try takes a block of its own, so that normal and
 * uniform numbers, and the varying count of tries of a rejection, stay independent. The same bits on every machine.
 */
public final class RandomSequence {
    private final int[] words = new int[Philox.WORDS];
    private final double[] pair = new double[2];
    private PhiloxKey key;
    private long block;

    /** Goes to block {@code newBlock} of the stream of {@code newKey}. */
    public void seek(PhiloxKey newKey, long newBlock) {
        key = newKey;
        block = newBlock;
    }

    /** Uniform in (0, 1]. */
    public double uniform() {
        return 1 - Philox.uniform(key, 2 * block++, words);
    }

    /** Standard normal by the polar method of Marsaglia and Bray (1964), which needs no cosine. */
    public double normal() {
        while (true) {
            Philox.uniforms(key, 2 * block++, pair, 2, words);
            double x = 2 * pair[0] - 1;
            double y = 2 * pair[1] - 1;
            double squares = x * x + y * y;
            if (squares < 1 && squares > 0) {
                return x * Math.sqrt(-2 * StrictMath.log(squares) / squares);
            }
        }
    }

    /**
     * χ² with {@code degrees} ≥ 2 degrees of freedom: twice a gamma variate of shape degrees/2 by the method of Marsaglia and
     * Tsang (2000).
     */
    public double chiSquared(double degrees) {
        double d = degrees / 2 - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = normal();
            double root = 1 + c * x;
            if (root > 0) {
                double v = root * root * root;
                if (StrictMath.log(uniform()) < x * x / 2 + d * (1 - v + StrictMath.log(v))) {
                    return 2 * d * v;
                }
            }
        }
    }
}
