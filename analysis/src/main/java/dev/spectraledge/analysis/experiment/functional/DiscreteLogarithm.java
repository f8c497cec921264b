package dev.spectraledge.analysis.experiment.functional;

import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Logarithms of residues modulo a prime, to its smallest primitive root. */
final class DiscreteLogarithm {
    private final int[] logarithms;
    private final int base;

    /** Throws an IllegalArgumentException for a modulus that is no prime. */
    DiscreteLogarithm(int prime) {
        logarithms = new int[prime];
        base = root(prime)
                .orElseThrow(() -> new IllegalArgumentException(
                        prime + " is no prime, so that logarithms modulo it do not exist"));
        long power = 1;
        for (int exponent = 0; exponent < prime - 1; exponent++) {
            logarithms[(int) power] = exponent;
            power = power * base % prime;
        }
        logarithms[0] = -1;
    }

    /** Whether there are any: only modulo a prime all residues but 0 are powers of one of them. */
    static boolean exists(int modulus) {
        return root(modulus).isPresent();
    }

    private static OptionalInt root(int modulus) {
        return IntStream.range(1, modulus)
                .filter(candidate -> order(candidate, modulus) == modulus - 1)
                .findFirst();
    }

    /** The least exponent with which a residue becomes 1; 0 if it never does. */
    private static int order(int residue, int modulus) {
        long power = residue % modulus;
        for (int exponent = 1; exponent < modulus; exponent++) {
            if (power == 1) {
                return exponent;
            }
            power = power * residue % modulus;
        }
        return 0;
    }

    int base() {
        return base;
    }

    /** The exponent, from 0 to p − 2; −1 of 0, which has none. */
    int of(int residue) {
        return logarithms[residue];
    }
}
