package dev.spectraledge.kernels;

/**
 * Counter-based random numbers: Philox 4x32 with ten rounds (Salmon, Moraes, Dror and Shaw 2011, "Parallel random
 * numbers: as easy as 1, 2, 3"). Number i of a stream is a pure function of (seed, stream, i), so that any thread or
 * device computes any part of it, in any order.
 *
 * <p>The words, least significant first, are key = (seed low, seed high) and counter = (block low, block high, stream
 * low, stream high): one stream has 2⁶⁴ blocks of four 32-bit words. Derived numbers are:
 *
 * <ul>
 *   <li>{@code bits} i, 64 bits: words 2(i mod 2) (low half) and 2(i mod 2) + 1 (high half) of block ⌊i/2⌋;
 *   <li>{@code uniform} i in [0, 1): the upper 53 bits of {@code bits} i, times 2⁻⁵³;
 *   <li>{@code normal} i, by Box and Muller (1958): with u = 1 − uniform 2⌊i/2⌋ and w = uniform 2⌊i/2⌋ + 1, the cosine
 *       branch √(−2 ln u)·cos 2πw where i is even, the sine branch √(−2 ln u)·sin 2πw where it is odd. The functions
 *       are those of {@link StrictMath}, the same bits on every machine;
 *   <li>{@code below} i in 0…bound−1: the upper 64 bits of {@code bits} i · bound, biased by less than bound·2⁻⁶⁴.
 * </ul>
 *
 * <p>Different kinds of numbers of one stream share blocks and are therefore dependent: a stream serves one purpose.
 * Nothing here allocates; {@code words} is scratch of four words that the caller keeps.
 */
public final class Philox {
    /** Words in a block. */
    public static final int WORDS = 4;

    private static final int ROUNDS = 10;
    private static final long MULTIPLIER0 = 0xD2511F53L;
    private static final long MULTIPLIER1 = 0xCD9E8D57L;
    private static final int WEYL0 = 0x9E3779B9;
    private static final int WEYL1 = 0xBB67AE85;
    private static final long WORD = 0xFFFFFFFFL;
    private static final double UNIT = 0x1p-53;

    private Philox() {}

    /** Writes the four words of block {@code block} of the stream to {@code words[0…3]}. */
    public static void block(PhiloxKey key, long block, int[] words) {
        int key0 = (int) key.seed();
        int key1 = (int) (key.seed() >>> 32);
        int counter0 = (int) block;
        int counter1 = (int) (block >>> 32);
        int counter2 = (int) key.stream();
        int counter3 = (int) (key.stream() >>> 32);
        for (int round = 0; round < ROUNDS; round++) {
            long product0 = MULTIPLIER0 * (counter0 & WORD);
            long product1 = MULTIPLIER1 * (counter2 & WORD);
            counter0 = (int) (product1 >>> 32) ^ counter1 ^ key0;
            counter1 = (int) product1;
            counter2 = (int) (product0 >>> 32) ^ counter3 ^ key1;
            counter3 = (int) product0;
            key0 += WEYL0;
            key1 += WEYL1;
        }
        words[0] = counter0;
        words[1] = counter1;
        words[2] = counter2;
        words[3] = counter3;
    }

    /** 64 random bits number {@code index}. */
    public static long bits(PhiloxKey key, long index, int[] words) {
        block(key, index >>> 1, words);
        return bitsOfBlock(words, (int) (index & 1));
    }

    /** Uniform number {@code index} in [0, 1), a multiple of 2⁻⁵³. */
    public static double uniform(PhiloxKey key, long index, int[] words) {
        return unit(bits(key, index, words));
    }

    /** Standard normal number {@code index}. */
    public static double normal(PhiloxKey key, long index, int[] words) {
        block(key, index >>> 1, words);
        double radius = radius(words);
        double turn = turn(words);
        return radius * ((index & 1) == 0 ? cosine(turn) : sine(turn));
    }

    /** Integer number {@code index}, uniform in 0…bound−1. */
    public static int below(PhiloxKey key, long index, int bound, int[] words) {
        return (int) below(key, index, (long) bound, words);
    }

    /** The same for bounds that an {@code int} does not hold. */
    public static long below(PhiloxKey key, long index, long bound, int[] words) {
        if (bound < 1) {
            throw new IllegalArgumentException("the bound of a random integer must be positive, got " + bound);
        }
        return Math.unsignedMultiplyHigh(bits(key, index, words), bound);
    }

    /** Uniform numbers {@code first…first+count−1} to {@code out[0…count−1]}: two for each block. */
    public static void uniforms(PhiloxKey key, long first, double[] out, int count, int[] words) {
        int done = 0;
        if ((first & 1) != 0 && count > 0) {
            out[done++] = uniform(key, first, words);
        }
        for (; done + 1 < count; done += 2) {
            block(key, (first + done) >>> 1, words);
            out[done] = unit(bitsOfBlock(words, 0));
            out[done + 1] = unit(bitsOfBlock(words, 1));
        }
        if (done < count) {
            out[done] = uniform(key, first + done, words);
        }
    }

    /** Standard normal numbers {@code first…first+count−1} to {@code out[0…count−1]}: two for each block. */
    public static void normals(PhiloxKey key, long first, double[] out, int count, int[] words) {
        int done = 0;
        if ((first & 1) != 0 && count > 0) {
            out[done++] = normal(key, first, words);
        }
        for (; done + 1 < count; done += 2) {
            block(key, (first + done) >>> 1, words);
            double radius = radius(words);
            double turn = turn(words);
            out[done] = radius * cosine(turn);
            out[done + 1] = radius * sine(turn);
        }
        if (done < count) {
            out[done] = normal(key, first + done, words);
        }
    }

    /** Moves a {@link #uniform} number to [low, high); rounding never gives {@code high} itself. */
    public static double between(double uniform, double low, double high) {
        double value = low + (high - low) * uniform;
        return value < high ? value : Math.nextDown(high);
    }

    /** {@link #between} rounded to float, and still below {@code high}. */
    public static float betweenFloat(double uniform, double low, double high) {
        float value = (float) (low + (high - low) * uniform);
        if (value < high) {
            return value;
        }
        float limit = (float) high;
        return limit < high ? limit : Math.nextDown(limit);
    }

    private static long bitsOfBlock(int[] words, int half) {
        return (words[2 * half] & WORD) | ((long) words[2 * half + 1] << 32);
    }

    private static double unit(long bits) {
        return (bits >>> 11) * UNIT;
    }

    private static double radius(int[] words) {
        // 1 − uniform lies in (0, 1], where the logarithm is finite.
        return StrictMath.sqrt(-2 * StrictMath.log(1 - unit(bitsOfBlock(words, 0))));
    }

    private static double turn(int[] words) {
        return unit(bitsOfBlock(words, 1));
    }

    // The angle is brought within π/4 of an axis, without rounding, because StrictMath allocates memory beyond it.

    private static double cosine(double turn) {
        int quadrant = quadrant(turn);
        double angle = angle(turn, quadrant);
        return switch (quadrant) {
            case 1 -> -StrictMath.sin(angle);
            case 2 -> -StrictMath.cos(angle);
            case 3 -> StrictMath.sin(angle);
            default -> StrictMath.cos(angle);
        };
    }

    private static double sine(double turn) {
        int quadrant = quadrant(turn);
        double angle = angle(turn, quadrant);
        return switch (quadrant) {
            case 1 -> StrictMath.cos(angle);
            case 2 -> -StrictMath.sin(angle);
            case 3 -> -StrictMath.cos(angle);
            default -> StrictMath.sin(angle);
        };
    }

    /** The axis nearest to the angle: 0 to 4 quarter turns. */
    private static int quadrant(double turn) {
        return (int) (4 * turn + 0.5);
    }

    private static double angle(double turn, int quadrant) {
        return 2 * Math.PI * (turn - 0.25 * quadrant);
    }
}
