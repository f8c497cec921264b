package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.trainer.ParameterSubset;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The path of θ_A through all snapshots of a run, by inner products alone: of its first point and of the updates between
 * neighbouring snapshots, in double. Every window of any width and cadence, with the decay parts of its updates, follows from
 * them without reading a weight again. Vectors are coefficients of those products' basis. Ours.
 */
public final class Trajectory {
    private final NavigableSet<Long> steps;
    private final List<Long> order;
    private final double[][] products;
    private final long parameters;

    private Trajectory(NavigableSet<Long> steps, double[][] products, long parameters) {
        this.steps = steps;
        order = new ArrayList<>(steps);
        this.products = products;
        this.parameters = parameters;
    }

    /** Reads every snapshot once. */
    public static Trajectory of(StudiedRun run) {
        GramMatrix gram = new AttentionGram(run).ofPath(List.copyOf(run.steps()));
        double[][] products = new double[gram.rows()][gram.rows()];
        for (int row = 0; row < gram.rows(); row++) {
            for (int column = 0; column < gram.rows(); column++) {
                products[row][column] = gram.get(row, column);
            }
        }
        return new Trajectory(new TreeSet<>(run.steps()), products, run.layout().size(ParameterSubset.ATTENTION));
    }

    /** Steps of the snapshots. */
    public NavigableSet<Long> steps() {
        return steps;
    }

    /** p, the number of weights. */
    public long parameters() {
        return parameters;
    }

    /** θ_A at a snapshot. */
    double[] weights(long step) {
        double[] vector = new double[products.length];
        for (int index = 0; index <= index(step); index++) {
            vector[index] = 1;
        }
        return vector;
    }

    /** The update between two snapshots. */
    double[] update(long from, long to) {
        double[] vector = new double[products.length];
        for (int index = index(from) + 1; index <= index(to); index++) {
            vector[index] = 1;
        }
        return vector;
    }

    private int index(long step) {
        return order.indexOf(step);
    }

    /** The products of a vector with the basis; the inner product with another one is that of the coefficients. */
    double[] dual(double[] vector) {
        double[] result = new double[vector.length];
        for (int row = 0; row < vector.length; row++) {
            result[row] = dot(products[row], vector);
        }
        return result;
    }

    /** Σ x·y. */
    static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int i = 0; i < x.length; i++) {
            sum += x[i] * y[i];
        }
        return sum;
    }

    /** ⟨x, y⟩. */
    double product(double[] x, double[] y) {
        return dot(dual(x), y);
    }

    /** ‖θ_A‖ at a snapshot. */
    public double norm(long step) {
        double[] weights = weights(step);
        return Math.sqrt(product(weights, weights));
    }

    /** Gram matrix of the updates between neighbours of a list of snapshots, the oldest first. */
    public GramMatrix gram(List<Long> snapshots) {
        List<double[]> updates = new ArrayList<>();
        for (int i = 0; i + 1 < snapshots.size(); i++) {
            updates.add(update(snapshots.get(i), snapshots.get(i + 1)));
        }
        return gramOf(updates);
    }

    GramMatrix gramOf(List<double[]> rows) {
        GramMatrix gram = new GramMatrix(rows.size());
        gram.resize(rows.size());
        for (int row = 0; row < rows.size(); row++) {
            double[] dual = dual(rows.get(row));
            for (int column = 0; column <= row; column++) {
                gram.set(row, column, dot(dual, rows.get(column)));
            }
        }
        return gram;
    }
}
