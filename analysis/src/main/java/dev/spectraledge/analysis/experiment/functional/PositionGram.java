package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.trainer.data.MersenneTwister;
import java.util.ArrayList;
import java.util.List;

/**
 * Products of the hidden states of each sequence at all pairs of positions, K[s][t] = ⟨h_s, h_t⟩. The power spectrum along the
 * positions, summed over features, depends on nothing else: P[ω] = Σ_{s,t} cos(2πω(s − t)/T) K[s][t] (ours; it makes
 * permutations of positions cheap).
 */
final class PositionGram {
    private final int positions;
    private final List<double[][]> products;

    private PositionGram(int positions, List<double[][]> products) {
        this.positions = positions;
        this.products = products;
    }

    /** @param positions of the padded form; what is behind a sequence counts as zero */
    static PositionGram of(HiddenStates states, int positions) {
        List<double[][]> products = new ArrayList<>();
        int first = 0;
        for (int row = 1; row <= states.rows(); row++) {
            if (row == states.rows() || states.sequence()[row] != states.sequence()[first]) {
                products.add(gram(states.values(), first, row));
                first = row;
            }
        }
        return new PositionGram(positions, products);
    }

    private static double[][] gram(double[][] values, int from, int to) {
        double[][] gram = new double[to - from][to - from];
        for (int s = 0; s < gram.length; s++) {
            for (int t = 0; t <= s; t++) {
                double sum = 0;
                for (int feature = 0; feature < values[from].length; feature++) {
                    sum += values[from + s][feature] * values[from + t][feature];
                }
                gram[s][t] = sum;
                gram[t][s] = sum;
            }
        }
        return gram;
    }

    /** Of states without their mean over the real positions of their sequence. */
    PositionGram centred() {
        return new PositionGram(
                positions, products.stream().map(PositionGram::centred).toList());
    }

    private static double[][] centred(double[][] gram) {
        int length = gram.length;
        double[] means = new double[length];
        double mean = 0;
        for (int s = 0; s < length; s++) {
            for (int t = 0; t < length; t++) {
                means[s] += gram[s][t] / length;
            }
            mean += means[s] / length;
        }
        double[][] result = new double[length][length];
        for (int s = 0; s < length; s++) {
            for (int t = 0; t < length; t++) {
                result[s][t] = gram[s][t] - means[s] - means[t] + mean;
            }
        }
        return result;
    }

    /** The same states at other positions: those of each sequence in random order. */
    PositionGram permuted(MersenneTwister random) {
        return new PositionGram(
                positions, products.stream().map(gram -> permuted(random, gram)).toList());
    }

    private static double[][] permuted(MersenneTwister random, double[][] gram) {
        int[] order = random.permutation(gram.length);
        double[][] result = new double[gram.length][gram.length];
        for (int s = 0; s < gram.length; s++) {
            for (int t = 0; t < gram.length; t++) {
                result[s][t] = gram[order[s]][order[t]];
            }
        }
        return result;
    }

    /** P[ω] for ω = 0 … ⌊T/2⌋, summed over sequences and features. */
    double[] power() {
        double[][] sum = new double[positions][positions];
        for (double[][] gram : products) {
            for (int s = 0; s < gram.length; s++) {
                for (int t = 0; t < gram.length; t++) {
                    sum[s][t] += gram[s][t];
                }
            }
        }
        double[] power = new double[positions / 2 + 1];
        for (int frequency = 0; frequency < power.length; frequency++) {
            for (int s = 0; s < positions; s++) {
                for (int t = 0; t < positions; t++) {
                    long turns = Math.floorMod((long) frequency * (s - t), positions);
                    power[frequency] += sum[s][t] * Math.cos(2 * Math.PI * turns / positions);
                }
            }
            // Rounding can make a power that is zero negative.
            power[frequency] = Math.max(0, power[frequency]);
        }
        return power;
    }
}
