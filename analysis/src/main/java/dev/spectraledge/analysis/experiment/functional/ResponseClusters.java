package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.probe.ProbeSplit;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.DenseSvd;
import dev.spectraledge.trainer.data.MersenneTwister;
import java.util.Arrays;

/**
 * Groups of inputs by their responses alone, where nobody proposes a coordinate (ours).
 *
 * <p>The inputs of both sides of a split are clustered by Ward's criterion, each side by itself, in the first {@value
 * #COMPONENTS} principal components of the first side. The stability of k clusters is the adjusted Rand index, on the second
 * side, between its own clusters and those of the nearest cluster mean of the first side (after Ben-Hur, Elisseeff and Guyon
 * 2002; Tibshirani and Walther 2005). The null is that nothing groups the inputs: the scores of each component dealt out among
 * the inputs of its side, which keeps how every component is distributed and nothing of what they have to do with each other.
 * The statistic is the maximum over k of the stability less its mean under the null at the same k, so that the choice of k is
 * accounted for.
 *
 * @param count k of the largest excess
 * @param stability at this k
 * @param probability of as large an excess under the null
 * @param rows of the second side
 * @param clusters of these rows, by the nearest mean of the first side
 */
@SuppressWarnings("ArrayRecordComponent")
record ResponseClusters(int count, double stability, double probability, int[] rows, int[] clusters) {
    /** Principal components. */
    static final int COMPONENTS = 10;

    private static final int DRAWS = 99;
    private static final int MOST_POINTS = 500;
    private static final int MOST_CLUSTERS = 24;
    private static final int SMALLEST_CLUSTER = 4;

    /** Clusters responses, one row for each input. */
    static ResponseClusters of(double[][] responses, ProbeSplit split, int seed) {
        int[] first = sample(split.train(), seed);
        int[] second = sample(split.test(), seed + 1);
        double[][] firstSide = select(responses, first);
        PrincipalAxes axes = PrincipalAxes.of(firstSide, COMPONENTS);
        int most = Math.min(MOST_CLUSTERS, Math.min(first.length, second.length) / SMALLEST_CLUSTER);
        double[][] firstScores = axes.project(firstSide);
        double[][] secondScores = axes.project(select(responses, second));
        Stability observed = new Stability(firstScores, secondScores);
        double[] stabilities = observed.curve(most);
        MersenneTwister random = MersenneTwister.seededByInteger(seed);
        double[][] draws = new double[DRAWS][];
        for (int draw = 0; draw < DRAWS; draw++) {
            draws[draw] = new Stability(dealt(firstScores, random), dealt(secondScores, random)).curve(most);
        }
        double[] mean = new double[most + 1];
        for (double[] draw : draws) {
            for (int k = 2; k <= most; k++) {
                mean[k] += draw[k] / DRAWS;
            }
        }
        int best = largestExcess(stabilities, mean);
        NullDraws excesses = NullDraws.of(Arrays.stream(draws)
                .mapToDouble(draw -> {
                    int k = largestExcess(draw, mean);
                    return draw[k] - mean[k];
                })
                .toArray());
        return new ResponseClusters(
                best,
                stabilities[best],
                excesses.probability(stabilities[best] - mean[best]),
                second,
                observed.predicted(best));
    }

    private static int largestExcess(double[] stabilities, double[] mean) {
        int best = 2;
        for (int k = 3; k < stabilities.length; k++) {
            if (stabilities[k] - mean[k] > stabilities[best] - mean[best]) {
                best = k;
            }
        }
        return best;
    }

    private static int[] sample(int[] rows, int seed) {
        int[] order = MersenneTwister.seededByInteger(seed).permutation(rows.length);
        return Arrays.stream(order)
                .limit(MOST_POINTS)
                .map(place -> rows[place])
                .sorted()
                .toArray();
    }

    private static double[][] select(double[][] responses, int[] rows) {
        return Arrays.stream(rows).mapToObj(row -> responses[row]).toArray(double[][]::new);
    }

    /** Each column in another random order. */
    static double[][] dealt(double[][] rows, MersenneTwister random) {
        double[][] dealt = new double[rows.length][rows[0].length];
        for (int column = 0; column < rows[0].length; column++) {
            int[] order = random.permutation(rows.length);
            for (int row = 0; row < rows.length; row++) {
                dealt[row][column] = rows[order[row]][column];
            }
        }
        return dealt;
    }

    /** Two sides that are clustered each by itself. */
    private static final class Stability {
        private final double[][] first;
        private final double[][] second;
        private final WardTree firstTree;
        private final WardTree secondTree;

        Stability(double[][] first, double[][] second) {
            this.first = first;
            this.second = second;
            firstTree = new WardTree(first);
            secondTree = new WardTree(second);
        }

        /** From k = 2, at index k. */
        double[] curve(int most) {
            double[] curve = new double[most + 1];
            for (int k = 2; k <= most; k++) {
                curve[k] = AdjustedRandIndex.of(secondTree.clusters(k), predicted(k));
            }
            return curve;
        }

        /** For each point of the second side the cluster of the first with the nearest mean. */
        int[] predicted(int k) {
            int[] clusters = firstTree.clusters(k);
            double[][] means = new double[k][first[0].length];
            int[] counts = new int[k];
            for (int point = 0; point < first.length; point++) {
                counts[clusters[point]]++;
                for (int component = 0; component < first[point].length; component++) {
                    means[clusters[point]][component] += first[point][component];
                }
            }
            for (int cluster = 0; cluster < k; cluster++) {
                for (int component = 0; component < means[cluster].length; component++) {
                    means[cluster][component] /= counts[cluster];
                }
            }
            int[] predicted = new int[second.length];
            for (int point = 0; point < second.length; point++) {
                predicted[point] = nearest(means, second[point]);
            }
            return predicted;
        }

        private static int nearest(double[][] means, double[] point) {
            int nearest = 0;
            double smallest = Double.POSITIVE_INFINITY;
            for (int cluster = 0; cluster < means.length; cluster++) {
                double square = 0;
                for (int component = 0; component < point.length; component++) {
                    double difference = means[cluster][component] - point[component];
                    square += difference * difference;
                }
                if (square < smallest) {
                    smallest = square;
                    nearest = cluster;
                }
            }
            return nearest;
        }
    }

    /** Principal components of a set of rows: their mean and axes. */
    private record PrincipalAxes(double[] mean, double[][] axes) {
        static PrincipalAxes of(double[][] rows, int most) {
            int columns = rows[0].length;
            int count = Math.min(most, Math.min(rows.length, columns));
            double[] mean = new double[columns];
            for (double[] row : rows) {
                for (int column = 0; column < columns; column++) {
                    mean[column] += row[column] / rows.length;
                }
            }
            try (MemoryOwner scratch = MemoryOwner.open("principal components")) {
                Tensor centred = Tensor.allocate(scratch, DType.FLOAT64, rows.length, columns);
                for (int row = 0; row < rows.length; row++) {
                    for (int column = 0; column < columns; column++) {
                        centred.set(rows[row][column] - mean[column], row, column);
                    }
                }
                DenseSvd svd = new DenseSvd(scratch, DType.FLOAT64, rows.length, columns);
                svd.decompose(centred);
                double[][] axes = new double[count][columns];
                for (int axis = 0; axis < count; axis++) {
                    for (int column = 0; column < columns; column++) {
                        axes[axis][column] = svd.rightVectors().get(axis, column);
                    }
                }
                return new PrincipalAxes(mean, axes);
            }
        }

        double[][] project(double[][] rows) {
            double[][] projected = new double[rows.length][axes.length];
            for (int row = 0; row < rows.length; row++) {
                for (int axis = 0; axis < axes.length; axis++) {
                    for (int column = 0; column < mean.length; column++) {
                        projected[row][axis] += (rows[row][column] - mean[column]) * axes[axis][column];
                    }
                }
            }
            return projected;
        }
    }
}
