package dev.spectraledge.trainer.warning;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every detector where its effect is planted, where it is not, and rule by rule at the borders. */
class DetectorTest {
    private static final long NEVER = -1;
    private static final int PLANTED = 160;

    static List<DetectorRule> detectors() {
        return DetectorRules.all();
    }

    /** A course of 200 rows that begins as the number usually does, and in which the effect comes from row 160 on. */
    private static DoubleStream course(DetectorRule rule, boolean planted) {
        return IntStream.range(0, 200).mapToDouble(row -> {
            boolean effect = planted && row >= PLANTED;
            return switch (rule.numbers().keySet().iterator().next()) {
                case "fall" -> effect ? 0.001 : 1 - 0.0001 * row;
                case "rise" -> effect ? Math.pow(1.3, row - PLANTED + 3) : 1 + 0.001 * row;
                case "below", "sign" -> effect ? -0.2 : 0.9;
                case "above" -> effect ? 1.5 : 0.9;
                case "onset" -> effect ? 50 : 1;
                case "gain" -> effect ? 0.5 : 0.01;
                case "after" -> effect ? 1 : 0.5;
                case "cusum", "kurtosis" -> (row % 2 == 0 ? 1 : -1) + (effect ? 9 : 0);
                // Once -1 and 1 are no longer as many, their median is one of them and the deviation may be 2.
                case "departure" -> (row % 2 == 0 ? 1 : -1) + (effect ? 20 : 0);
                default -> throw new AssertionError("a kind of rule without a planted effect: " + rule.numbers());
            };
        });
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void itFiresWhereTheEffectIsPlantedAndNotWhereItIsNot(DetectorRule rule) {
        assertThat(firing(rule, course(rule, true).toArray())).isBetween(PLANTED * 100L, PLANTED * 100L + 1000);
        assertThat(firing(rule, course(rule, false).toArray())).isEqualTo(NEVER);
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void whatItSaysOfAStepDoesNotDependOnLaterSteps(DetectorRule rule) {
        SplittableRandom random = new SplittableRandom(1);
        double[] values = random.doubles(400, -1, 2).toArray();
        long whole = firing(rule, values);
        if (whole == NEVER) {
            return;
        }
        int rows = (int) (whole / 100) + 1;
        double[] other = values.clone();
        for (int row = rows; row < other.length; row++) {
            other[row] = -7;
        }
        assertThat(firing(rule, other)).isEqualTo(whole);
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void aMissingNumberIsPassedOver(DetectorRule rule) {
        double[] values = course(rule, true)
                .flatMap(value -> DoubleStream.of(value, Double.NaN))
                .toArray();
        assertThat(firing(rule, values)).isNotEqualTo(NEVER);
        assertThat(firing(rule, new double[] {Double.NaN, Double.NaN})).isEqualTo(NEVER);
    }

    @ParameterizedTest
    @MethodSource("detectors")
    void severityNeverFallsAndSaysWhichBoundWouldHaveBeenPassed(DetectorRule rule) {
        Detector detector = rule.detector();
        assertThat(detector.severity()).isEqualTo(Double.NEGATIVE_INFINITY);
        double least = Double.NEGATIVE_INFINITY;
        double[] values = course(rule, true).toArray();
        for (int row = 0; row < values.length; row++) {
            detector.see(row * 100L, values[row]);
            assertThat(detector.severity()).isGreaterThanOrEqualTo(least);
            least = detector.severity();
        }
    }

    @Test
    void theSeverityOfAFallIsTheShareThatItCameTo() {
        Detector detector = DetectorRules.named("g23").detector();
        for (double value : new double[] {1, 0.2, 0.3, 0.1, 0.9}) {
            detector.see(0, value);
        }
        assertThat(detector.severity()).isEqualTo(-0.3);
    }

    @Test
    void aFallHasToLast() {
        assertThat(firing(Map.of("fall", Map.of("share", 0.5, "rows", 3)), 1, 4, 1.9, 1.9, 2, 1.9, 1.9, 1.8))
                .isEqualTo(700);
        // Half of the maximum is not below half of it.
        assertThat(firing(Map.of("fall", Map.of("share", 0.5, "rows", 1)), 4, 2, 2))
                .isEqualTo(NEVER);
    }

    @Test
    void aRiseIsMeasuredByTheRowsBeforeIt() {
        Map<String, Object> rule = Map.of("rise", Map.of("multiple", 2, "trail", 4, "rows", 1));
        // 9 comes before there are four rows to compare with; the median of 1, 9, 1, 3 is 2.
        assertThat(firing(rule, 1, 9, 1, 3, 4, 5)).isEqualTo(NEVER);
        assertThat(firing(rule, 1, 9, 1, 3, 4.1)).isEqualTo(400);
    }

    @Test
    void timeBeginsAtTheFirstRowThatReachesTheLevel() {
        Map<String, Object> rule = Map.of("after", Map.of("level", 0.98, "steps", 300));
        assertThat(firing(rule, 0.5, 0.98, 0.1, 0.1, 0.1)).isEqualTo(400);
    }

    @Test
    void theCumulativeSumOfNoiseIsAboveFiveAfterAsManyRowsAsPublished() {
        Random random = new Random(7);
        int trail = 2000;
        int runs = 200;
        double rows = 0;
        for (int run = 0; run < runs; run++) {
            Rule rule = new CumulativeSum(0.5, 5, trail);
            int row = 0;
            while (!rule.met(row, random.nextGaussian())) {
                row++;
            }
            rows += row - trail + 1;
        }
        // Siegmund's approximation of the mean, and four standard errors of the mean of 200 geometric numbers.
        assertThat(rows / runs).isBetween(938 - 4 * 938 / Math.sqrt(runs), 938 + 4 * 938 / Math.sqrt(runs));
    }

    @Test
    void theKurtosisOfNoiseIsAboveItsUpperPercentInOnePercentOfWindows() {
        Random random = new Random(8);
        int windows = 3000;
        int above = 0;
        for (int window = 0; window < windows; window++) {
            Rule rule =
                    RuleReader.rule("x", DetectorRules.named("loss_kurtosis").numbers());
            boolean met = false;
            for (int row = 0; row < 100; row++) {
                met = rule.met(row, random.nextGaussian());
            }
            above += met ? 1 : 0;
        }
        // Four standard deviations of the binomial distribution.
        assertThat(above).isBetween(30 - 22, 30 + 22);
    }

    @Test
    void zeroHasNoSign() {
        assertThat(firing(Map.of("sign", Map.of("rows", 2)), 0, 1, 0, -1, -1)).isEqualTo(400);
    }

    @Test
    void whatWasComparedIsSaidInWords() {
        DetectorRule g23 = DetectorRules.named("g23");
        Detector detector = g23.detector();
        for (double value : new double[] {0.02, 0.094, 0.03, 0.03}) {
            assertThat(detector.see(0, value)).isFalse();
        }
        assertThat(detector.see(0, 0.0211)).isTrue();
        assertThat(detector.detail()).isEqualTo("g23_over_trace 0.0211 < 0.5 × 0.094 for 3 windows");
        assertThat(g23.event()).isEqualTo("warning_g23");
    }

    private static long firing(Map<String, Object> numbers, double... values) {
        return firing(
                new DetectorRule(
                        "x", "plain", DetectorTable.METRICS, "x", Resolved.NOTHING, numbers, false, "as the test says"),
                values);
    }

    /** Rows are 100 steps apart. */
    private static long firing(DetectorRule rule, double... values) {
        Detector detector = rule.detector();
        long fired = NEVER;
        for (int row = 0; row < values.length; row++) {
            if (detector.see(row * 100L, values[row])) {
                assertThat(fired).as("a detector fires once").isEqualTo(NEVER);
                fired = row * 100L;
            }
        }
        return fired;
    }
}
