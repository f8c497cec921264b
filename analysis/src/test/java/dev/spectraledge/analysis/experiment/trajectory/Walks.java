package dev.spectraledge.analysis.experiment.trajectory;

import java.util.Random;

/** Trajectories that are really drawn, point by point, from 0 on. */
final class Walks {
    private Walks() {}

    /**
     * Normal steps.
     *
     * @param kept what a position keeps of the one before
     */
    static double[][] random(Random random, int points, int size, double kept) {
        double[][] walk = new double[points][size];
        for (int point = 1; point < points; point++) {
            for (int element = 0; element < size; element++) {
                walk[point][element] = kept * walk[point - 1][element] + random.nextGaussian();
            }
        }
        return walk;
    }

    /** Normal steps along some random directions, with normal noise besides. */
    static double[][] ofRank(Random random, int points, int size, int rank, double noise) {
        double[][] directions = new double[rank][size];
        for (double[] direction : directions) {
            for (int element = 0; element < size; element++) {
                direction[element] = random.nextGaussian();
            }
        }
        double[][] walk = new double[points][size];
        for (int point = 1; point < points; point++) {
            walk[point] = walk[point - 1].clone();
            for (double[] direction : directions) {
                double step = random.nextGaussian();
                for (int element = 0; element < size; element++) {
                    walk[point][element] += step * direction[element];
                }
            }
            for (int element = 0; element < size; element++) {
                walk[point][element] += noise * random.nextGaussian();
            }
        }
        return walk;
    }
}
