package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.nulls.RandomSequence;
import dev.spectraledge.kernels.PhiloxKey;

/**
 * How much of a vector lies in a subspace that does not know of it. ‖BBᵀx‖²/‖x‖² is χ²_k/(χ²_k + χ²_{n−k}) for a uniformly
 * distributed subspace of k of n dimensions, so that neither it nor x has to be formed.
 */
final class RandomShares {
    private static final long STREAM = 0x7A00;

    private final RandomSequence random = new RandomSequence();

    /** The same for the same seed. */
    RandomShares(long seed) {
        random.seek(new PhiloxKey(seed, STREAM), 0);
    }

    /** ‖BBᵀx‖/‖x‖ of a subspace of at least two dimensions, mean of some draws. */
    double mean(int dimension, long parameters, int draws) {
        double sum = 0;
        for (int draw = 0; draw < draws; draw++) {
            sum += Math.sqrt(square(dimension, parameters));
        }
        return sum / draws;
    }

    /**
     * ‖BBᵀx‖/‖x‖ of a subspace with as many dimensions in each block, where x has given squared norms in the blocks and is
     * random otherwise; mean of some draws.
     *
     * @param square ‖x‖² of the whole vector, which may have elements outside of all blocks
     */
    double meanWithin(int dimension, double[] blockSquares, long[] blockSizes, double square, int draws) {
        double sum = 0;
        for (int draw = 0; draw < draws; draw++) {
            double captured = 0;
            for (int block = 0; block < blockSizes.length; block++) {
                captured += blockSquares[block] * square(dimension, blockSizes[block]);
            }
            sum += Math.sqrt(captured / square);
        }
        return sum / draws;
    }

    private double square(int dimension, long of) {
        double inside = random.chiSquared(dimension);
        return inside / (inside + random.chiSquared((double) (of - dimension)));
    }
}
