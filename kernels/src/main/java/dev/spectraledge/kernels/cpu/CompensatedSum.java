package dev.spectraledge.kernels.cpu;

/** A running sum with the correction of Neumaier (1974); sum and correction are doubles in memory. */
final class CompensatedSum {
    private CompensatedSum() {}

    static void add(double term, long sumAddress, long correctionAddress) {
        double sum = RawMemory.readDouble(sumAddress);
        double rounded = sum + term;
        double lost = Math.abs(sum) >= Math.abs(term) ? (sum - rounded) + term : (term - rounded) + sum;
        RawMemory.writeDouble(sumAddress, rounded);
        RawMemory.addDouble(correctionAddress, lost);
    }

    /** Adds the correction to the sum; a sum that is not finite has none. */
    static void finish(long sumAddress, long correctionAddress) {
        double sum = RawMemory.readDouble(sumAddress);
        if (Double.isFinite(sum)) {
            RawMemory.writeDouble(sumAddress, sum + RawMemory.readDouble(correctionAddress));
        }
    }
}
