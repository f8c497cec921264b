package dev.spectraledge.analysis.experiment.probe;

import java.util.stream.IntStream;

/** 300 rows of eight features and a label that is no linear function of them; no random numbers, so that others can make it. */
final class Waves {
    private Waves() {}

    static double[][] features() {
        return IntStream.range(0, 300).mapToObj(Waves::row).toArray(double[][]::new);
    }

    private static double[] row(int t) {
        double[] row = new double[8];
        for (int k = 0; k < 6; k++) {
            row[k] = Math.sin(0.7 * t + 0.3 * k) * (1 + 0.1 * k);
        }
        row[6] = Math.cos(1.3 * t);
        row[7] = Math.cos(2.6 * t);
        return row;
    }

    static double[] labels() {
        return IntStream.range(0, 300)
                .mapToObj(Waves::row)
                .mapToDouble(row -> row[0] * row[1] * 2 + Math.abs(row[6]) + 0.5 * row[7])
                .toArray();
    }

    /** Seven of ten rows to fit. */
    static ProbeSplit split() {
        return new ProbeSplit(
                IntStream.range(0, 300).filter(t -> t % 10 < 7).toArray(),
                IntStream.range(0, 300).filter(t -> t % 10 >= 7).toArray());
    }
}
