package dev.spectraledge.analysis.experiment.functional;

import java.util.Map;
import java.util.TreeMap;

/**
 * The mean response of the tokens of each depth, and its Fourier spectrum over the depths (Lifecycle §4.17).
 *
 * @param depths that are present, ascending
 * @param means of each of them
 */
@SuppressWarnings("ArrayRecordComponent")
record DepthProfile(int[] depths, double[] means) {

    /** @param fewest tokens that a depth must have to take part */
    static DepthProfile of(int[] depths, double[] responses, int fewest) {
        Map<Integer, double[]> sums = new TreeMap<>();
        for (int row = 0; row < depths.length; row++) {
            double[] sum = sums.computeIfAbsent(depths[row], depth -> new double[2]);
            sum[0] += responses[row];
            sum[1]++;
        }
        sums.values().removeIf(sum -> sum[1] < fewest);
        return new DepthProfile(
                sums.keySet().stream().mapToInt(Integer::intValue).toArray(),
                sums.values().stream().mapToDouble(sum -> sum[0] / sum[1]).toArray());
    }

    /** Power without the mean. */
    private double[] power() {
        double mean = 0;
        for (double value : means) {
            mean += value / means.length;
        }
        double[] centred = means.clone();
        for (int level = 0; level < centred.length; level++) {
            centred[level] -= mean;
        }
        return PowerSpectrum.of(centred);
    }

    /** F, the share of the strongest frequency: the maximum over all of them. */
    double concentration() {
        return PowerSpectrum.largest(power(), 1);
    }

    int dominantFrequency() {
        return PowerSpectrum.dominant(power());
    }

    /** F in units of an even spectrum, as published: the bin of the mean is counted, which is zero. */
    double publishedElevation() {
        int bins = means.length / 2 + 1;
        return concentration() * bins;
    }

    /** F in units of an even spectrum over the frequencies that can have power. */
    double elevation() {
        int frequencies = means.length / 2;
        return concentration() * frequencies;
    }

    /** The largest mean. */
    double peak() {
        double peak = 0;
        for (double value : means) {
            peak = Math.max(peak, value);
        }
        return peak;
    }
}
