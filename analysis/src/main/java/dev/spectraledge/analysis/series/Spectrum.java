package dev.spectraledge.analysis.series;

import dev.spectraledge.analysis.nulls.RandomSequence;

/** Amplitudes of a series by frequency, and series that have the same ones with other phases (Theiler et al. 1992). */
final class Spectrum {
    private final int size;
    private final double[] cosines;
    private final double[] sines;
    private final double[] amplitudes;
    private final double constant;
    /** Of the highest frequency of an even number of values, whose phase cannot be anything but 0 or π. */
    private final double alternating;

    Spectrum(double[] values) {
        size = values.length;
        cosines = new double[size];
        sines = new double[size];
        for (int index = 0; index < size; index++) {
            cosines[index] = Math.cos(2 * Math.PI * index / size);
            sines[index] = Math.sin(2 * Math.PI * index / size);
        }
        amplitudes = new double[(size - 1) / 2 + 1];
        for (int frequency = 1; frequency < amplitudes.length; frequency++) {
            amplitudes[frequency] = 2 * modulus(values, frequency) / size;
        }
        constant = part(values, 0, cosines) / size;
        alternating = size % 2 == 0 ? part(values, size / 2, cosines) / size : 0;
    }

    private double modulus(double[] values, int frequency) {
        return Math.hypot(part(values, frequency, cosines), part(values, frequency, sines));
    }

    private double part(double[] values, int frequency, double[] wave) {
        double sum = 0;
        int place = 0;
        for (double value : values) {
            sum += value * wave[place];
            place = (place + frequency) % size;
        }
        return sum;
    }

    /** A series of the same amplitudes. */
    double[] draw(RandomSequence random) {
        double[] drawn = new double[size];
        double last = random.uniform() < 0.5 ? -alternating : alternating;
        for (int index = 0; index < size; index++) {
            drawn[index] = constant + (index % 2 == 0 ? last : -last);
        }
        for (int frequency = 1; frequency < amplitudes.length; frequency++) {
            double phase = 2 * Math.PI * random.uniform();
            double along = amplitudes[frequency] * Math.cos(phase);
            double across = amplitudes[frequency] * Math.sin(phase);
            int place = 0;
            for (int index = 0; index < size; index++) {
                drawn[index] += along * cosines[place] - across * sines[place];
                place = (place + frequency) % size;
            }
        }
        return drawn;
    }
}
