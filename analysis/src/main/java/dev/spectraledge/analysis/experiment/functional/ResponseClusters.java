package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.probe.ProbeSplit;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.DenseSvd;
import dev.spectraledge.trainer.data.MersenneTwister;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Groups of inputs by their responses alone, where nobody proposes a coordinate (ours).
 *
 * <p>The inputs of both sides of a split are clustered by Ward's criterion, each side by itself, in the first {@value
 * #COMPONENTS} principal components of the first side. The stability of k clusters is the adjusted Rand index, on the second
 * side, between its own clusters and those of the nearest cluster mean of the first side (after Ben-Hur, Elisseeff and Guyon
 * 2002; Tibshirani and Walther 2005). The statistic is its mean over k from 2 to {@value
 * #MOST_CLUSTERS}; the k that is reported is where it
 * is most standard deviations above the first null. There are
 * two nulls, and groups must stand out from both: the components of the responses dealt out among the inputs of each side,
 * which leaves nothing that components have in common; and a normal cloud as long in each direction as the responses are,
 * since a long cloud can be cut at the same places again and again without there being groups.
 *
 * @param count k of the largest excess
 * @param stability at this k
 * @param probability of as large a statistic under that null that gives more
 * @param rows of the second side
 * @param clusters of these rows, by the nearest mean of the first side
 */
@SuppressWarnings("ArrayRecordComponent")
record ResponseClusters(int count, double stability, double probability, int[] rows, int[] clusters) {
    /** Principal components. */
    static final int COMPONENTS = 10;

    private static final int DRAWS = 99;
    private static final int MOST_POINTS = 300;
    private static final int MOST_CLUSTERS = 24;
    private static final int SMALLEST_CLUSTER = 4;
    private static final long STREAM = 0x7100;

    /** Clusters responses, one row for each input. */
    static ResponseClusters of(Backend backend, double[][] responses, ProbeSplit split, int seed) {
        int[] first = sample(split.train(), seed);
        int[] second = sample(split.test(), seed + 1);
        double[][] firstSide = select(responses, first);
        PrincipalAxes axes = PrincipalAxes.of(firstSide, COMPONENTS);
        int most = Math.min(MOST_CLUSTERS, Math.min(first.length, second.length) / SMALLEST_CLUSTER);
        double[][] secondSide = select(responses, second);
        double[][] firstScores = axes.project(firstSide);
        double[][] secondScores = axes.project(secondSide);
        Stability observed = new Stability(firstScores, secondScores);
        double[] stabilities = observed.curve(most);
        MersenneTwister random = MersenneTwister.seededByInteger(seed);
        Groupless ofResponses = Groupless.of(draws(
                () -> new Stability(axes.project(dealt(firstSide, random)), axes.project(dealt(secondSide, random)))
                        .curve(most)));
        AtomicInteger stream = new AtomicInteger();
        Groupless ofClouds = Groupless.of(draws(() -> new Stability(
                        normal(backend, seed, stream.getAndIncrement(), first.length, axes.deviations()),
                        normal(backend, seed, stream.getAndIncrement(), second.length, axes.deviations()))
                .curve(most)));
        int best = ofResponses.clearest(stabilities);
        return new ResponseClusters(
                best,
                stabilities[best],
                Math.max(ofResponses.probability(stabilities), ofClouds.probability(stabilities)),
                second,
                observed.predicted(best));
    }

    private static double[][] draws(Supplier<double[]> curve) {
        return Stream.generate(curve).limit(DRAWS).toArray(double[][]::new);
    }

    /** Curves where there are no groups: mean and standard deviation at each k, and the means over k. */
    private record Groupless(double[] mean, double[] deviation, Null levels) {
        private static final double SMALLEST_DEVIATION = 0.01;

        static Groupless of(double[][] curves) {
            double[] mean = new double[curves[0].length];
            double[] deviation = new double[mean.length];
            for (int k = 2; k < mean.length; k++) {
                int column = k;
                List<Double> values =
                        Arrays.stream(curves).map(curve -> curve[column]).toList();
                mean[k] = Statistics.mean(values);
                deviation[k] = Math.max(SMALLEST_DEVIATION, Statistics.deviation(values));
            }
            return new Groupless(
                    mean,
                    deviation,
                    Null.of(Arrays.stream(curves).mapToDouble(Groupless::level).toArray()));
        }

        /** The mean over k. */
        private static double level(double[] curve) {
            return Arrays.stream(curve, 2, curve.length).average().orElseThrow();
        }

        double probability(double[] curve) {
            return levels.probability(level(curve));
        }

        /** The k at which a curve is most standard deviations above the mean. */
        int clearest(double[] curve) {
            int clearest = 2;
            for (int k = 3; k < curve.length; k++) {
                if (deviations(curve, k) > deviations(curve, clearest)) {
                    clearest = k;
                }
            }
            return clearest;
        }

        private double deviations(double[] curve, int k) {
            return (curve[k] - mean[k]) / deviation[k];
        }
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

    private static double[][] normal(Backend backend, int seed, int stream, int count, double[] deviations) {
        double[][] points = new double[count][deviations.length];
        try (MemoryOwner scratch = MemoryOwner.open("null of clusters")) {
            Tensor draws = backend.allocate(scratch, DType.FLOAT64, 1, count, deviations.length);
            backend.normal(new PhiloxKey[] {new PhiloxKey(seed, STREAM + stream)}, 0, 1, draws);
            for (int point = 0; point < count; point++) {
                for (int component = 0; component < deviations.length; component++) {
                    points[point][component] = deviations[component] * draws.get(0, point, component);
                }
            }
        }
        return points;
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

    /** Principal components of a set of rows: their mean, axes and standard deviations along these. */
    private record PrincipalAxes(double[] mean, double[][] axes, double[] deviations) {
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
                double[] deviations = new double[count];
                for (int axis = 0; axis < count; axis++) {
                    deviations[axis] = svd.singularValues().get(axis) / Math.sqrt(rows.length);
                    for (int column = 0; column < columns; column++) {
                        axes[axis][column] = svd.rightVectors().get(axis, column);
                    }
                }
                return new PrincipalAxes(mean, axes, deviations);
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
