package dev.spectraledge.analysis.spectrum;

import java.util.Random;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;

/** A short random walk of a few parameters with decay, and its products by brute force. */
public final class SyntheticTrajectory {
    /** η, which says nothing of how long the updates are. */
    public static final double LEARNING_RATE = 0.125;

    public final double[][] parameters;
    public final double[][] updates;
    public final double[][] decayParts;
    public final double decayFactor;

    public SyntheticTrajectory(long seed, int updateCount, int size, double decayFactor, double gradientScale) {
        Random random = new Random(seed);
        this.decayFactor = decayFactor;
        parameters = new double[updateCount + 1][size];
        updates = new double[updateCount][size];
        decayParts = new double[updateCount][size];
        double[] drift = new double[size];
        for (int index = 0; index < size; index++) {
            parameters[0][index] = random.nextGaussian();
            drift[index] = random.nextGaussian();
        }
        for (int step = 0; step < updateCount; step++) {
            for (int index = 0; index < size; index++) {
                decayParts[step][index] = -decayFactor * parameters[step][index];
                double gradientPart = gradientScale * (drift[index] / (1 + step) + random.nextGaussian());
                updates[step][index] = decayParts[step][index] + gradientPart;
                parameters[step + 1][index] = parameters[step][index] + updates[step][index];
            }
        }
    }

    public static double dot(double[] x, double[] y) {
        double sum = 0;
        for (int index = 0; index < x.length; index++) {
            sum += x[index] * y[index];
        }
        return sum;
    }

    /** Products of update {@code step} with those that {@code history} still holds. */
    public UpdateProducts products(ProductHistory history, int step) {
        UpdateProducts products = new UpdateProducts(history.window());
        int survivors = history.survivors();
        for (int row = 0; row <= survivors; row++) {
            int other = step - survivors + row;
            products.updates[row] = dot(updates[step], updates[other]);
        }
        int rows = Math.min(survivors + 1, history.window());
        for (int row = 0; row < rows; row++) {
            int other = step - rows + 1 + row;
            products.withDecayParts[row] = dot(updates[step], decayParts[other]);
            products.ofDecayPart[row] = dot(decayParts[step], updates[other]);
        }
        products.parametersAfter = dot(updates[step], parameters[step + 1]);
        products.parametersSquare = dot(parameters[step + 1], parameters[step + 1]);
        products.learningRate = LEARNING_RATE;
        products.decayFactor = decayFactor;
        return products;
    }

    /** History after {@code count} updates. */
    public ProductHistory history(int window, DecaySource source, int count) {
        return history(window, source, count, LEARNING_RATE);
    }

    /** The same of updates that are said to have had another η. */
    public ProductHistory history(int window, DecaySource source, int count, double learningRate) {
        ProductHistory history = new ProductHistory(window, source);
        for (int step = 0; step < count; step++) {
            UpdateProducts products = products(history, step);
            products.learningRate = learningRate;
            history.append(products);
        }
        return history;
    }

    /** Right singular vectors of updates {@code [from, to)}, as rows, by an independent SVD. */
    public double[][] directions(int from, int to) {
        return svd(from, to).getVT().getData();
    }

    public double[] singularValues(int from, int to) {
        return svd(from, to).getSingularValues();
    }

    private SingularValueDecomposition svd(int from, int to) {
        double[][] rows = new double[to - from][];
        System.arraycopy(updates, from, rows, 0, to - from);
        return new SingularValueDecomposition(new Array2DRowRealMatrix(rows));
    }
}
