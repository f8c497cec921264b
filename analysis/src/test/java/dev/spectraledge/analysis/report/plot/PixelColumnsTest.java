package dev.spectraledge.analysis.report.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PixelColumnsTest {
    private static final int POINTS = 20_000;
    private static final int WIDTH = 500;
    private static final Scale X = new Scale.Linear(0, POINTS - 1);
    private static final Scale Y = new Scale.Linear(-10, 10);

    private final double[] x = IntStream.range(0, POINTS).asDoubleStream().toArray();

    @Test
    void everyExtremeSurvivesInItsColumn() {
        Random random = new Random(7);
        double[] y = random.doubles(POINTS, -1, 1).toArray();
        y[12_345] = 9;
        y[321] = -8;
        PixelColumns columns = new PixelColumns(x, y, X, Y, WIDTH);
        assertThat(columns.size()).isEqualTo(WIDTH + 1);
        for (int i = 0; i < columns.size(); i++) {
            int column = columns.column(i);
            double[] own = IntStream.range(0, POINTS)
                    .filter(point -> Math.round(X.position(x[point]) * WIDTH) == column)
                    .mapToDouble(point -> y[point])
                    .sorted()
                    .toArray();
            assertThat(columns.low(i)).isEqualTo(own[0]);
            assertThat(columns.high(i)).isEqualTo(own[own.length - 1]);
            assertThat(columns.middle(i)).isEqualTo(own[own.length / 2]);
        }
    }

    @Test
    void whatTheScaleRefusesLeavesAGap() {
        double[] y = new double[POINTS];
        Arrays.fill(y, 1);
        Arrays.fill(y, 0, POINTS / 2, Double.NaN);
        PixelColumns columns = new PixelColumns(x, y, X, Y, WIDTH);
        assertThat(columns.size()).isEqualTo(WIDTH / 2 + 1);
        assertThat(columns.column(0)).isEqualTo(WIDTH / 2);
    }
}
