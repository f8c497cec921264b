package dev.spectraledge.analysis.experiment.event;

import dev.spectraledge.analysis.series.SeriesNull;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Series that know nothing of when a run groks, each alike to the observed one in another way. What is positive, as gaps and their
 * ratios are, is drawn by its logarithm, and stays so.
 */
enum Surrogate {
    /** The same values moved on around their ends: 199 shifts evenly spread, or all where there are no more. */
    SHIFTS {
        @Override
        Stream<double[]> draws(double[] values, PhiloxKey key) {
            int shifts = Math.min(MOST, values.length - 1);
            return IntStream.rangeClosed(1, shifts).mapToObj(shift -> {
                int by = (int) ((long) shift * values.length / (shifts + 1));
                double[] moved = new double[values.length];
                System.arraycopy(values, by, moved, 0, values.length - by);
                System.arraycopy(values, 0, moved, values.length - by, by);
                return moved;
            });
        }
    },
    /** Other phases of the same amplitudes. */
    PHASES {
        @Override
        Stream<double[]> draws(double[] values, PhiloxKey key) {
            return exponentials(SeriesNull.PHASES, values, key);
        }
    },
    /** An autoregression that is as slow. */
    AUTOREGRESSION {
        @Override
        Stream<double[]> draws(double[] values, PhiloxKey key) {
            return exponentials(SeriesNull.AUTOREGRESSION, values, key);
        }
    };

    private static final int MOST = 199;

    /** Always the same ones of a key. */
    abstract Stream<double[]> draws(double[] values, PhiloxKey key);

    /** In items of findings. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static Stream<double[]> exponentials(SeriesNull model, double[] values, PhiloxKey key) {
        double[] logarithms = Arrays.stream(values).map(Math::log).toArray();
        return model.draws(logarithms, key)
                .map(drawn -> Arrays.stream(drawn).map(Math::exp).toArray());
    }

    /**
     * In which share of the surrogates a rule is met before a step as well.
     *
     * @return NaN where there is no surrogate: fewer than two values, or some that are not positive
     */
    double share(GapRule rule, double[] steps, double[] values, double reference, PhiloxKey key) {
        if (values.length < 2
                || !Arrays.stream(values).allMatch(value -> value > 0 && value < Double.POSITIVE_INFINITY)) {
            return Double.NaN;
        }
        return draws(values, key)
                .mapToInt(drawn -> rule.precedes(steps, drawn, reference) ? 1 : 0)
                .average()
                .orElseThrow();
    }
}
