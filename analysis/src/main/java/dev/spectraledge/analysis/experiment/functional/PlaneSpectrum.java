package dev.spectraledge.analysis.experiment.functional;

/**
 * The strongest frequency of responses on the plane of both operands (thesis §6): over all pairs of residues, those without a response
 * at the mean of the others. A frequency and its negative are one.
 */
final class PlaneSpectrum {
    private final int prime;
    private final double[] cosines;
    private final double[] sines;

    /**
     * A frequency.
     *
     * @param first by a, from 0 to p − 1
     * @param second by b, from 0 to (p − 1)/2
     * @param share of all power but the mean's; NaN where there is none
     */
    record Peak(int first, int second, double share) {
        /** Whether the response depends on a + b alone. */
        boolean followsTheSum() {
            return first == second;
        }
    }

    PlaneSpectrum(int prime) {
        this.prime = prime;
        cosines = new double[prime];
        sines = new double[prime];
        for (int index = 0; index < prime; index++) {
            cosines[index] = Math.cos(2 * Math.PI * index / prime);
            sines[index] = Math.sin(2 * Math.PI * index / prime);
        }
    }

    /** @param responses of pair (a, b) at a·p + b; NaN where there is none */
    Peak peak(double[] responses) {
        double sum = 0;
        int count = 0;
        for (double response : responses) {
            sum += Double.isNaN(response) ? 0 : response;
            count += Double.isNaN(response) ? 0 : 1;
        }
        double mean = sum / count;
        double[][] real = new double[prime][prime];
        double[][] imaginary = new double[prime][prime];
        double[] row = new double[prime];
        for (int a = 0; a < prime; a++) {
            for (int b = 0; b < prime; b++) {
                double response = responses[a * prime + b];
                row[b] = Double.isNaN(response) ? 0 : response - mean;
            }
            for (int second = 0; second < prime; second++) {
                for (int b = 0; b < prime; b++) {
                    int angle = second * b % prime;
                    real[a][second] += row[b] * cosines[angle];
                    imaginary[a][second] -= row[b] * sines[angle];
                }
            }
        }
        return strongest(real, imaginary);
    }

    private Peak strongest(double[][] real, double[][] imaginary) {
        double total = 0;
        double largest = -1;
        int firstOfLargest = 0;
        int secondOfLargest = 0;
        for (int second = 0; second <= prime / 2; second++) {
            // Of a frequency along a alone the negative one is in the same column.
            int last = second == 0 || 2 * second == prime ? prime / 2 : prime - 1;
            for (int first = 0; first <= last; first++) {
                double power = first == 0 && second == 0 ? 0 : power(real, imaginary, first, second);
                total += power;
                if (power > largest) {
                    largest = power;
                    firstOfLargest = first;
                    secondOfLargest = second;
                }
            }
        }
        return new Peak(firstOfLargest, secondOfLargest, total == 0 ? Double.NaN : largest / total);
    }

    private double power(double[][] real, double[][] imaginary, int first, int second) {
        double sumReal = 0;
        double sumImaginary = 0;
        for (int a = 0; a < prime; a++) {
            int angle = first * a % prime;
            sumReal += real[a][second] * cosines[angle] + imaginary[a][second] * sines[angle];
            sumImaginary += imaginary[a][second] * cosines[angle] - real[a][second] * sines[angle];
        }
        return sumReal * sumReal + sumImaginary * sumImaginary;
    }
}
