package dev.spectraledge.trainer.warning;

import java.util.Arrays;

/**
 * The last numbers of a stream, with their exact median and median absolute deviation. A new number costs time in proportion
 * to the window; nothing is allocated after construction.
 */
public final class MedianWindow {
    /** The standard deviation of normal numbers by their median absolute deviation, 1/Φ⁻¹(3/4). */
    private static final double NORMAL = 1.482602218505602;

    private final double[] ring;
    private final double[] sorted;
    private int next;
    private int count;

    /** @param size numbers that are looked at */
    public MedianWindow(int size) {
        if (size < 1) {
            throw new IllegalArgumentException("a median is of at least one number, not of " + size);
        }
        ring = new double[size];
        sorted = new double[size];
    }

    /** Takes a number, which is not NaN, in place of the oldest one once the window is full. */
    public void add(double number) {
        // Without the sign of a negative zero, which would have an order of its own.
        double value = number + 0.0;
        int hole = count;
        if (isFull()) {
            hole = Arrays.binarySearch(sorted, ring[next]);
        } else {
            count++;
        }
        while (hole > 0 && sorted[hole - 1] > value) {
            sorted[hole] = sorted[hole - 1];
            hole--;
        }
        while (hole < count - 1 && sorted[hole + 1] < value) {
            sorted[hole] = sorted[hole + 1];
            hole++;
        }
        sorted[hole] = value;
        ring[next] = value;
        next = (next + 1) % ring.length;
    }

    /** Whether there have been as many numbers as the window holds. */
    public boolean isFull() {
        return count == ring.length;
    }

    /** Numbers in the window. */
    public int count() {
        return count;
    }

    /** A number of the window, the oldest first. */
    public double value(int index) {
        return ring[(next - count + index + ring.length) % ring.length];
    }

    /** The median, of an even number of numbers the mean of the middle two; there must be one. */
    public double median() {
        return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2;
    }

    /** The median absolute deviation as it estimates the standard deviation of normal numbers: times 1.4826. */
    public double scaledDeviation() {
        return NORMAL * medianDeviation();
    }

    /** The median of |x − median| over the window. */
    double medianDeviation() {
        double median = median();
        // Deviations grow from the middle to both ends: these are merged up to their own middle.
        int right = count / 2;
        int left = right - 1;
        double lower = 0;
        double upper = 0;
        for (int taken = 0; taken <= count / 2; taken++) {
            lower = upper;
            boolean takesRight = left < 0 || (right < count && sorted[right] - median <= median - sorted[left]);
            upper = takesRight ? sorted[right++] - median : median - sorted[left--];
        }
        return count % 2 == 0 ? (lower + upper) / 2 : upper;
    }
}
