package dev.spectraledge.analysis.experiment.spectral;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import java.util.Random;

/** Rows of normal numbers that are really drawn, by another generator than the surrogates', and their products. */
final class PlantedRows {
    private PlantedRows() {}

    /** Independent rows. */
    static double[][] noise(Random random, int rows, int size) {
        double[][] drawn = new double[rows][size];
        for (double[] row : drawn) {
            for (int index = 0; index < size; index++) {
                row[index] = random.nextGaussian();
            }
        }
        return drawn;
    }

    /** Multiplies each column by a number that falls from 1 as the inverse of its index: noise of few effective directions. */
    static double[][] anisotropic(double[][] rows) {
        for (double[] row : rows) {
            for (int index = 0; index < row.length; index++) {
                row[index] /= 1 + index;
            }
        }
        return rows;
    }

    /** Adds d·u·vᵀ to the first rows, with u that weighs them alike and v along the last axis. */
    static double[][] withSpike(double[][] rows, int first, double strength) {
        for (int row = 0; row < first; row++) {
            rows[row][rows[row].length - 1] += (row % 2 == 0 ? 1 : -1) * strength / Math.sqrt(first);
        }
        return rows;
    }

    static GramMatrix gram(double[][] rows) {
        GramMatrix gram = new GramMatrix(rows.length);
        gram.resize(rows.length);
        for (int row = 0; row < rows.length; row++) {
            for (int column = 0; column <= row; column++) {
                double sum = 0;
                for (int index = 0; index < rows[row].length; index++) {
                    sum += rows[row][index] * rows[column][index];
                }
                gram.set(row, column, sum);
            }
        }
        return gram;
    }
}
