package dev.spectraledge.trainer.task.modular;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** An operation on residues modulo p; the six of the published experiments. */
public enum ModularOperation {
    /** a + b. */
    ADD,
    /** a − b. */
    SUB,
    /** a·b of the residues that have an inverse. */
    MUL,
    /** a² + b². */
    X2_Y2,
    /** a² + ab + b². */
    X2_XY_Y2,
    /** a³ + ab. */
    X3_XY;

    /** Name in configuration files and on the command line. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The operation of this name. */
    public static Optional<ModularOperation> of(String key) {
        return Arrays.stream(values())
                .filter(operation -> operation.key().equals(key))
                .findFirst();
    }

    /** Whether the operands are 1 … p − 1 only. */
    boolean excludesZero() {
        return this == MUL;
    }

    /** The result modulo p; the operands are in 0 … p − 1. */
    int apply(long a, long b, long p) {
        long result = switch (this) {
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case X2_Y2 -> a * a + b * b;
            case X2_XY_Y2 -> a * a + a * b + b * b;
            case X3_XY -> a * a % p * a + a * b;
        };
        return (int) Math.floorMod(result, p);
    }
}
