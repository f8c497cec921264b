package dev.spectraledge.trainer.data;

/**
 * The numbers that PyTorch's generator for the CPU gives after {@code torch.manual_seed(seed)}, in single precision:
 * {@code uniform_} and {@code randint} to the bit, {@code normal_} to the rounding of the library that took its logarithms
 * and cosines. It looks at no more than the lowest 32 bits of a seed.
 */
public final class TorchGenerator {
    /** PyTorch transforms this many uniform numbers into normal ones at once. */
    private static final int BLOCK = 16;

    private static final int MANTISSA_BITS = 24;

    private final MersenneTwister words;

    public TorchGenerator(long seed) {
        words = MersenneTwister.seededByInteger((int) seed);
    }

    /** As {@code tensor.uniform_(from, to)}. */
    public void uniform(double from, double to, float[] values) {
        float low = (float) from;
        float width = (float) to - low;
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (unit() * width + low);
        }
    }

    /** As {@code tensor.normal_(0, deviation)}; {@code values} are at least {@value #BLOCK}. */
    public void normal(double deviation, float[] values) {
        if (values.length < BLOCK) {
            throw new IllegalArgumentException("PyTorch draws fewer than " + BLOCK + " normal numbers in another way");
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) unit();
        }
        for (int first = 0; first + BLOCK <= values.length; first += BLOCK) {
            transform(deviation, values, first);
        }
        if (values.length % BLOCK > 0) {
            int first = values.length - BLOCK;
            for (int i = first; i < values.length; i++) {
                values[i] = (float) unit();
            }
            transform(deviation, values, first);
        }
    }

    /** Box and Muller's transformation of number i with number i + 8. */
    private static void transform(double deviation, float[] values, int first) {
        for (int i = first; i < first + BLOCK / 2; i++) {
            double radius = Math.sqrt(-2 * Math.log(1 - (double) values[i])) * deviation;
            double angle = 2 * Math.PI * values[i + BLOCK / 2];
            values[i] = (float) (radius * Math.cos(angle));
            values[i + BLOCK / 2] = (float) (radius * Math.sin(angle));
        }
    }

    private double unit() {
        return (words.nextInt() & ((1 << MANTISSA_BITS) - 1)) * 0x1p-24;
    }

    /** Uniform in {0, …, bound − 1}, as an element of {@code torch.randint(bound, …)}. */
    public int below(int bound) {
        return Integer.remainderUnsigned(words.nextInt(), bound);
    }

    /** Passes over {@code count} draws of {@link #below}. */
    public void skip(long count) {
        for (long i = 0; i < count; i++) {
            words.nextInt();
        }
    }
}
