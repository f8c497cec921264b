package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import dev.spectraledge.kernels.SketchOperator;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The entries of {@link dev.spectraledge.kernels.SketchEntries#sparseColumn}, for as many columns at once as a vector has
 * long lanes; each 32-bit word of Philox has a lane of 64 bits.
 */
final class SparseSignColumns {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    /** Columns that one call computes. */
    static final int COLUMNS = SPECIES.length();
    /** Bytes from the entries k of the columns to their entries k + 1. */
    static final long STRIDE = (long) COLUMNS * Long.BYTES;

    private static final int ROUNDS = 10;
    private static final int WORDS = 4;
    private static final long MULTIPLIER0 = 0xD2511F53L;
    private static final long MULTIPLIER1 = 0xCD9E8D57L;
    private static final int WEYL0 = 0x9E3779B9;
    private static final int WEYL1 = 0xBB67AE85;
    private static final long WORD = 0xFFFFFFFFL;

    private SparseSignColumns() {}

    /** Bytes of scratch for the entries and for {@link #entries} itself. */
    static long scratch(SketchOperator operator) {
        return (operator.nonzerosPerColumn() + blocks(operator) * WORDS) * STRIDE;
    }

    private static long blocks(SketchOperator operator) {
        return (operator.nonzerosPerColumn() + WORDS - 1L) / WORDS;
    }

    /**
     * Writes the entries of the columns {@code first…first+COLUMNS−1} to {@code target}, entry k of all columns side by
     * side: the byte offset of its row in a vector of doubles, with the highest bit set where the sign is minus.
     */
    static void entries(SketchOperator operator, long first, long target) {
        int nonzeros = operator.nonzerosPerColumn();
        long blocks = blocks(operator);
        long words = target + nonzeros * STRIDE;
        philox(operator.key().seed(), operator.key().stream(), first * blocks, blocks, words);
        for (int entry = 0; entry < nonzeros; entry++) {
            choose(entry, operator.rows() - nonzeros + entry, words + entry * STRIDE, target);
        }
    }

    /** The {@code count} blocks of each column: word i of all columns, then word i + 1, and so on. */
    private static void philox(long seed, long stream, long first, long count, long words) {
        for (long block = 0; block < count; block++) {
            LongVector counter = LongVector.broadcast(SPECIES, first + block)
                    .add(LongVector.zero(SPECIES).addIndex(1).mul(count));
            LongVector counter0 = counter.and(WORD);
            LongVector counter1 = counter.lanewise(VectorOperators.LSHR, 32);
            LongVector counter2 = LongVector.broadcast(SPECIES, stream & WORD);
            LongVector counter3 = LongVector.broadcast(SPECIES, stream >>> 32);
            int key0 = (int) seed;
            int key1 = (int) (seed >>> 32);
            for (int round = 0; round < ROUNDS; round++) {
                LongVector product0 = LongVector.broadcast(SPECIES, MULTIPLIER0).mul(counter0);
                LongVector product1 = LongVector.broadcast(SPECIES, MULTIPLIER1).mul(counter2);
                counter0 = product1.lanewise(VectorOperators.LSHR, 32)
                        .lanewise(VectorOperators.XOR, counter1)
                        .lanewise(VectorOperators.XOR, key0 & WORD);
                counter1 = product1.and(WORD);
                counter2 = product0.lanewise(VectorOperators.LSHR, 32)
                        .lanewise(VectorOperators.XOR, counter3)
                        .lanewise(VectorOperators.XOR, key1 & WORD);
                counter3 = product0.and(WORD);
                key0 += WEYL0;
                key1 += WEYL1;
            }
            long target = words + block * WORDS * STRIDE;
            counter0.intoMemorySegment(ALL, target, ORDER);
            counter1.intoMemorySegment(ALL, target + STRIDE, ORDER);
            counter2.intoMemorySegment(ALL, target + 2 * STRIDE, ORDER);
            counter3.intoMemorySegment(ALL, target + 3 * STRIDE, ORDER);
        }
    }

    /** One step of Floyd's algorithm: a row of 0…last, or {@code last} itself where that row is taken already. */
    private static void choose(int entry, int last, long word, long target) {
        LongVector bits = LongVector.fromMemorySegment(SPECIES, ALL, word, ORDER);
        LongVector offset = bits.lanewise(VectorOperators.LSHR, 1)
                .mul(last + 1L)
                .lanewise(VectorOperators.LSHR, 31)
                .mul(Double.BYTES);
        long lastOffset = (long) last * Double.BYTES;
        LongVector chosen = offset;
        for (int earlier = 0; earlier < entry; earlier++) {
            LongVector taken = LongVector.fromMemorySegment(SPECIES, ALL, target + earlier * STRIDE, ORDER)
                    .and(Long.MAX_VALUE);
            chosen = LongVector.broadcast(SPECIES, lastOffset).blend(chosen, taken.compare(VectorOperators.NE, offset));
        }
        bits.lanewise(VectorOperators.LSHL, Long.SIZE - 1)
                .or(chosen)
                .intoMemorySegment(ALL, target + entry * STRIDE, ORDER);
    }
}
