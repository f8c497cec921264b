package dev.spectraledge.kernels;

/**
 * What rotates in rotary positions (Su et al. 2021): the first {@code rotatedWidth} columns of each of {@code heads} heads of
 * {@code headWidth} columns, in pairs.
 */
public record RotaryShape(int heads, int headWidth, int rotatedWidth, Pairing pairing) {
    /** Which columns make a pair, i being its number. */
    public enum Pairing {
        /** 2i and 2i + 1, as published. */
        INTERLEAVED,
        /** i and i + rotatedWidth/2, as in GPT-NeoX and Llama. */
        HALVES
    }

    public RotaryShape {
        if (rotatedWidth < 2 || rotatedWidth % 2 != 0 || rotatedWidth > headWidth) {
            throw new IllegalArgumentException(rotatedWidth + " columns of heads of " + headWidth
                    + " cannot rotate, needs an even number of them");
        }
    }

    /** Columns of all heads. */
    public int width() {
        return heads * headWidth;
    }

    /** How many pairs of columns a head has. */
    public int pairs() {
        return rotatedWidth / 2;
    }

    /**
     * The angles p·base^(−i/pairs) of pair i at the positions p from 0 on, {@code [positions, 2·pairs]}: the cosines of all
     * pairs, then their sines. They depend on no run, so the table has no run axis.
     */
    public Tensor angles(Backend backend, MemoryOwner owner, DType type, int positions, double base) {
        Tensor host = Tensor.allocate(owner, type, positions, rotatedWidth);
        for (int position = 0; position < positions; position++) {
            for (int pair = 0; pair < pairs(); pair++) {
                double angle = position * StrictMath.pow(base, -(double) pair / pairs());
                host.set(StrictMath.cos(angle), position, pair);
                host.set(StrictMath.sin(angle), position, pairs() + pair);
            }
        }
        Tensor table = backend.allocate(owner, type, positions, rotatedWidth);
        backend.copy(host, table);
        return table;
    }
}
