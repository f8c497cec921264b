package dev.spectraledge.analysis.series;

import dev.spectraledge.analysis.nulls.RandomSequence;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.Arrays;

/**
 * A stationary process x_t = Σ a_i x_{t−i} + e_t that changes as slowly as a series does, by the method of Burg (1975), whose
 * processes are always stationary. Of the orders up to 10·log₁₀ n, and no more than a quarter of n, that of the least n ln σ² + 2p is
 * taken (Akaike 1974).
 */
public final class Autoregression {
    private static final double ORDERS = 10;
    private static final int LEAST_VALUES_PER_ORDER = 4;

    /** Predictors of each order k from 0: those of the first values of a stationary series, of which fewer came before. */
    private final double[][] predictors;

    private final double[] variances;
    private final double mean;

    private Autoregression(double[][] predictors, double[] variances, double mean) {
        this.predictors = predictors;
        this.variances = variances;
        this.mean = mean;
    }

    /** Of a series in equal intervals. */
    public static Autoregression of(double[] values) {
        int most = (int) Math.min(ORDERS * Math.log10(values.length), (double) values.length / LEAST_VALUES_PER_ORDER);
        double mean = Statistics.mean(values);
        double[] forward = Arrays.stream(values).map(value -> value - mean).toArray();
        double[] backward = forward.clone();
        double[][] predictors = new double[most + 1][];
        double[] variances = new double[most + 1];
        predictors[0] = new double[0];
        variances[0] = Arrays.stream(forward).map(value -> value * value).sum() / values.length;
        int order = 0;
        for (int next = 1; next <= most && variances[next - 1] > 0; next++) {
            double reflection = reflection(forward, backward, next);
            predictors[next] = lengthened(predictors[next - 1], reflection);
            variances[next] = variances[next - 1] * (1 - reflection * reflection);
            if (criterion(values.length, variances[next], next) < criterion(values.length, variances[order], order)) {
                order = next;
            }
            step(forward, backward, reflection, next);
        }
        return new Autoregression(Arrays.copyOf(predictors, order + 1), Arrays.copyOf(variances, order + 1), mean);
    }

    private static double criterion(int size, double variance, int order) {
        return size * Math.log(variance) + 2.0 * order;
    }

    /** 2Σf_t b_{t−1}/Σ(f_t² + b_{t−1}²) of the errors of prediction forward and backward. */
    private static double reflection(double[] forward, double[] backward, int order) {
        double products = 0;
        double squares = 0;
        for (int index = order; index < forward.length; index++) {
            products += forward[index] * backward[index - 1];
            squares += forward[index] * forward[index] + backward[index - 1] * backward[index - 1];
        }
        return squares > 0 ? 2 * products / squares : 0;
    }

    private static void step(double[] forward, double[] backward, double reflection, int order) {
        for (int index = forward.length - 1; index >= order; index--) {
            double ahead = forward[index];
            double behind = backward[index - 1];
            forward[index] = ahead - reflection * behind;
            backward[index] = behind - reflection * ahead;
        }
    }

    /** The recursion of Levinson. */
    private static double[] lengthened(double[] predictor, double reflection) {
        double[] longer = new double[predictor.length + 1];
        for (int index = 0; index < predictor.length; index++) {
            longer[index] = predictor[index] - reflection * predictor[predictor.length - 1 - index];
        }
        longer[predictor.length] = reflection;
        return longer;
    }

    /** p. */
    public int order() {
        return predictors.length - 1;
    }

    /** a_1, …, a_p. */
    public double[] coefficients() {
        return predictors[order()].clone();
    }

    /** Variance of e. */
    public double variance() {
        return variances[order()];
    }

    /** A series of the process with normal e, stationary from its first value on. */
    public double[] draw(RandomSequence random, int size) {
        double[] drawn = new double[size];
        for (int index = 0; index < size; index++) {
            int known = Math.min(index, order());
            double value = Math.sqrt(variances[known]) * random.normal();
            for (int back = 1; back <= known; back++) {
                value += predictors[known][back - 1] * drawn[index - back];
            }
            drawn[index] = value;
        }
        return Arrays.stream(drawn).map(value -> value + mean).toArray();
    }
}
