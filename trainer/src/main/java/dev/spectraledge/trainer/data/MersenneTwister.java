package dev.spectraledge.trainer.data;

/**
 * MT19937 (Matsumoto and Nishimura 1998) with the two seedings and the derived draws of CPython's {@code random} and of
 * PyTorch's CPU generator, so that the published data sets are made here bit for bit. Of training, only
 * {@link TorchGenerator} draws from it.
 */
public final class MersenneTwister {
    private static final int SIZE = 624;
    private static final int SHIFT = 397;

    private final int[] state = new int[SIZE];
    private int index = SIZE;

    private MersenneTwister() {}

    /** Seeded by one integer, as {@code torch.Generator.manual_seed} does. */
    public static MersenneTwister seededByInteger(int seed) {
        MersenneTwister twister = new MersenneTwister();
        twister.initialise(seed);
        return twister;
    }

    /** Seeded as {@code random.Random(seed)} of CPython does, whose key is the seed's words of 32 bits without leading zeros. */
    public static MersenneTwister seededLikePython(long seed) {
        if (seed < 0) {
            throw new IllegalArgumentException("seed " + seed + " is negative");
        }
        int[] key = seed >>> 32 == 0 ? new int[] {(int) seed} : new int[] {(int) seed, (int) (seed >>> 32)};
        MersenneTwister twister = new MersenneTwister();
        twister.initialise(19_650_218);
        int[] state = twister.state;
        int position = 1;
        for (int round = 0; round < SIZE; round++) {
            int previous = state[position - 1];
            int word = round % key.length;
            state[position] = (state[position] ^ ((previous ^ (previous >>> 30)) * 1_664_525)) + key[word] + word;
            position = advance(position, state);
        }
        for (int round = 0; round < SIZE - 1; round++) {
            int previous = state[position - 1];
            state[position] = (state[position] ^ ((previous ^ (previous >>> 30)) * 1_566_083_941)) - position;
            position = advance(position, state);
        }
        state[0] = 0x8000_0000;
        return twister;
    }

    private static int advance(int position, int[] state) {
        if (position + 1 < SIZE) {
            return position + 1;
        }
        state[0] = state[SIZE - 1];
        return 1;
    }

    private void initialise(int seed) {
        state[0] = seed;
        for (int i = 1; i < SIZE; i++) {
            state[i] = 1_812_433_253 * (state[i - 1] ^ (state[i - 1] >>> 30)) + i;
        }
    }

    /** The next 32 random bits. */
    public int nextInt() {
        if (index == SIZE) {
            regenerate();
        }
        int y = state[index++];
        y ^= y >>> 11;
        y ^= (y << 7) & 0x9d2c_5680;
        y ^= (y << 15) & 0xefc6_0000;
        return y ^ (y >>> 18);
    }

    private void regenerate() {
        for (int i = 0; i < SIZE; i++) {
            int y = (state[i] & 0x8000_0000) | (state[(i + 1) % SIZE] & 0x7fff_ffff);
            state[i] = state[(i + SHIFT) % SIZE] ^ (y >>> 1) ^ ((y & 1) == 0 ? 0 : 0x9908_b0df);
        }
        index = 0;
    }

    /** Uniform in [0, 1) from two outputs, as {@code random.random()}. */
    public double nextDouble() {
        double high = nextInt() >>> 5;
        double low = nextInt() >>> 6;
        return (high * 0x1p26 + low) * 0x1.0p-53;
    }

    /** Uniform in {0, …, bound − 1} by rejection, as CPython's {@code randrange(bound)}. */
    public int nextBelow(int bound) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(bound);
        int draw;
        do {
            draw = nextInt() >>> (Integer.SIZE - bits);
        } while (draw >= bound);
        return draw;
    }

    /** Shuffles as CPython's {@code shuffle} does. */
    public void shuffle(int[] items) {
        for (int last = items.length - 1; last > 0; last--) {
            int other = nextBelow(last + 1);
            int swapped = items[last];
            items[last] = items[other];
            items[other] = swapped;
        }
    }

    /** A permutation of {0, …, n − 1} as {@code torch.randperm(n)} draws it on the CPU. */
    public int[] permutation(int n) {
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            order[i] = i;
        }
        for (int i = 0; i < n - 1; i++) {
            int other = i + Integer.remainderUnsigned(nextInt(), n - i);
            int swapped = order[i];
            order[i] = order[other];
            order[other] = swapped;
        }
        return order;
    }
}
