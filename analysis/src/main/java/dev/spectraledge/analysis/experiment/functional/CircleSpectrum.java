package dev.spectraledge.analysis.experiment.functional;

import java.util.Arrays;

/** The strongest frequency of profiles on a circle of one length, its mean left out (thesis §6). */
final class CircleSpectrum {
    private final PowerSpectrum spectrum;

    /**
     * A frequency.
     *
     * @param frequency from 1
     * @param share F of all power but the mean's; NaN where there is none
     */
    record Peak(int frequency, double share) {}

    CircleSpectrum(int length) {
        spectrum = new PowerSpectrum(length);
    }

    /** Number of frequencies, among which an even spectrum has the share 1/n each. */
    int frequencies() {
        return spectrum.bins() - 1;
    }

    Peak peak(double[] profile) {
        double mean = Arrays.stream(profile).average().orElseThrow();
        double[] centred = Arrays.stream(profile).map(value -> value - mean).toArray();
        double[] power = new double[spectrum.bins()];
        spectrum.add(centred, 1, power);
        power[0] = 0;
        return new Peak(PowerSpectrum.dominant(power), PowerSpectrum.largest(power, 1));
    }
}
