package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.DenseSvd;
import java.util.Arrays;

/**
 * Mean features of the rows of each label.
 *
 * @param labels that occur, ascending
 * @param means of the features, by label
 * @param within Σ over the rows of the squared distance from the mean of their label
 * @param between Σ over the rows of the squared distance of that mean from the mean of all
 * @param rows number of rows
 */
@SuppressWarnings("ArrayRecordComponent")
record Centroids(double[] labels, double[][] means, double within, double between, int rows) {

    static Centroids of(double[][] features, double[] targets) {
        double[] labels = Arrays.stream(targets).distinct().sorted().toArray();
        int width = features[0].length;
        double[][] means = new double[labels.length][width];
        int[] counts = new int[labels.length];
        int[] indices = new int[features.length];
        for (int row = 0; row < features.length; row++) {
            indices[row] = Arrays.binarySearch(labels, targets[row]);
            counts[indices[row]]++;
            for (int column = 0; column < width; column++) {
                means[indices[row]][column] += features[row][column];
            }
        }
        for (int index = 0; index < labels.length; index++) {
            for (int column = 0; column < width; column++) {
                means[index][column] /= counts[index];
            }
        }
        double[] middle = ColumnStatistics.means(features);
        double within = 0;
        double between = 0;
        for (int row = 0; row < features.length; row++) {
            within += squaredDistance(features[row], means[indices[row]]);
            between += squaredDistance(middle, means[indices[row]]);
        }
        return new Centroids(labels, means, within, between, features.length);
    }

    private static double squaredDistance(double[] x, double[] y) {
        double sum = 0;
        for (int column = 0; column < x.length; column++) {
            sum += (x[column] - y[column]) * (x[column] - y[column]);
        }
        return sum;
    }

    /** Distances between the means of neighbouring labels. */
    double[] distances() {
        double[] distances = new double[labels.length - 1];
        for (int index = 0; index < distances.length; index++) {
            distances[index] = Math.sqrt(squaredDistance(means[index], means[index + 1]));
        }
        return distances;
    }

    double meanDistance() {
        return Arrays.stream(distances()).average().orElse(Double.NaN);
    }

    /** Root mean squared distance of a row from the mean of its label. */
    double spreadWithin() {
        return Math.sqrt(within / rows);
    }

    /** η²: the share of the rows' variance that lies between labels. */
    double shareBetween() {
        return between / (between + within);
    }

    /** Share of the first principal component in the variance of the means, each counted once. */
    double firstComponentShare() {
        try (MemoryOwner scratch = MemoryOwner.open("centroids")) {
            DenseSvd svd = decompose(scratch);
            double sum = 0;
            for (int index = 0; index < svd.singularValues().size(0); index++) {
                sum += square(svd.singularValues().get(index));
            }
            return square(svd.singularValues().get(0)) / sum;
        }
    }

    /** Coordinates of the means along their first principal components, {@code [label][component]}. */
    double[][] projections(int components) {
        double[][] projections = new double[labels.length][components];
        try (MemoryOwner scratch = MemoryOwner.open("centroids")) {
            DenseSvd svd = decompose(scratch);
            for (int index = 0; index < labels.length; index++) {
                for (int component = 0;
                        component < Math.min(components, svd.singularValues().size(0));
                        component++) {
                    projections[index][component] = svd.leftVectors().get(index, component)
                            * svd.singularValues().get(component);
                }
            }
        }
        return projections;
    }

    private DenseSvd decompose(MemoryOwner scratch) {
        double[] middle = ColumnStatistics.means(means);
        Tensor centred = Tensor.allocate(scratch, DType.FLOAT64, labels.length, middle.length);
        for (int index = 0; index < labels.length; index++) {
            for (int column = 0; column < middle.length; column++) {
                centred.set(means[index][column] - middle[column], index, column);
            }
        }
        DenseSvd svd = new DenseSvd(scratch, DType.FLOAT64, labels.length, middle.length);
        svd.decompose(centred);
        return svd;
    }

    private static double square(double value) {
        return value * value;
    }
}
