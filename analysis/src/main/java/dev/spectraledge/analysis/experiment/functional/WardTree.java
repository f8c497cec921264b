package dev.spectraledge.analysis.experiment.functional;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Hierarchical clustering by Ward's criterion (1963): always those two clusters are joined that increase the sum of squared
 * distances from the clusters' means least, by chains of nearest neighbours (Murtagh 1983). Deterministic: there are no
 * initial values.
 */
final class WardTree {
    private final int points;
    /** The two clusters of each join, by a point in them, from the cheapest join to the dearest. */
    private final int[][] joins;

    private record Join(int first, int second, double cost) {}

    WardTree(double[][] coordinates) {
        points = coordinates.length;
        double[][] distances = new double[points][points];
        for (int i = 0; i < points; i++) {
            for (int j = 0; j < i; j++) {
                double square = 0;
                for (int column = 0; column < coordinates[i].length; column++) {
                    double difference = coordinates[i][column] - coordinates[j][column];
                    square += difference * difference;
                }
                distances[i][j] = square;
                distances[j][i] = square;
            }
        }
        Join[] found = chain(distances);
        Arrays.sort(found, Comparator.comparingDouble(Join::cost));
        joins = Arrays.stream(found)
                .map(join -> new int[] {join.first, join.second})
                .toArray(int[][]::new);
    }

    private Join[] chain(double[][] distances) {
        Join[] found = new Join[points - 1];
        int[] sizes = new int[points];
        Arrays.fill(sizes, 1);
        int[] chain = new int[points];
        int length = 0;
        int count = 0;
        while (count < points - 1) {
            if (length == 0) {
                while (sizes[chain[0]] == 0) {
                    chain[0]++;
                }
                length = 1;
            }
            int last = chain[length - 1];
            int nearest = length > 1 ? chain[length - 2] : -1;
            for (int other = 0; other < points; other++) {
                if (other != last
                        && sizes[other] > 0
                        && (nearest < 0 || distances[last][other] < distances[last][nearest])) {
                    nearest = other;
                }
            }
            if (length > 1 && nearest == chain[length - 2]) {
                found[count++] = new Join(nearest, last, distances[last][nearest]);
                join(distances, sizes, nearest, last);
                length -= 2;
                if (length == 0) {
                    chain[0] = 0;
                }
            } else {
                chain[length++] = nearest;
            }
        }
        return found;
    }

    /** The cluster of {@code kept} takes in that of {@code gone}, by the recurrence of Lance and Williams (1967). */
    private void join(double[][] distances, int[] sizes, int kept, int gone) {
        double between = distances[kept][gone];
        for (int other = 0; other < points; other++) {
            if (other != kept && other != gone && sizes[other] > 0) {
                double distance = ((sizes[kept] + sizes[other]) * distances[kept][other]
                                + (sizes[gone] + sizes[other]) * distances[gone][other]
                                - sizes[other] * between)
                        / (sizes[kept] + sizes[gone] + sizes[other]);
                distances[kept][other] = distance;
                distances[other][kept] = distance;
            }
        }
        sizes[kept] += sizes[gone];
        sizes[gone] = 0;
    }

    /** The cluster of each point, 0 … k − 1, where there are k of them. */
    int[] clusters(int k) {
        int[] parent = new int[points];
        Arrays.setAll(parent, point -> point);
        for (int join = 0; join < points - k; join++) {
            parent[root(parent, joins[join][1])] = root(parent, joins[join][0]);
        }
        int[] numbers = new int[points];
        Arrays.fill(numbers, -1);
        int[] clusters = new int[points];
        int next = 0;
        for (int point = 0; point < points; point++) {
            int root = root(parent, point);
            if (numbers[root] < 0) {
                numbers[root] = next++;
            }
            clusters[point] = numbers[root];
        }
        return clusters;
    }

    private static int root(int[] parent, int point) {
        int root = point;
        while (parent[root] != root) {
            root = parent[root];
        }
        return root;
    }
}
