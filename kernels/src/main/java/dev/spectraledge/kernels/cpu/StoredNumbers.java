package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.spectraledge.kernels.StoredFormat;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Widens numbers of a file to doubles in memory; every value is kept, subnormal ones, infinities and NaN too. Vectors are read as
 * bytes, for the reason that {@link FloatWidening} gives.
 *
 * <p>Somebody may cut a mapped file while it is read. HotSpot makes an {@link InternalError} of the fault where the compiled method
 * also accesses memory without vectors; otherwise the process ends. Therefore each method that reads vectors of a file first
 * writes a number ({@link #expectFaults}), which what follows overwrites. That helps as a rule and is no promise, because what is
 * one compiled method is the compiler's choice: whoever reads a file that others may cut looks at its length as well.
 */
final class StoredNumbers {
    private static final VectorSpecies<Double> WIDE = DoubleLanes.SPECIES;
    private static final int LANES = DoubleLanes.LANES;
    /** There is no vector of fewer bits: where as many halves as a double vector has lanes are shorter, they go one by one. */
    private static final int SMALLEST_VECTOR = 64;

    private static final boolean HALVES_FIT = LANES * Short.SIZE >= SMALLEST_VECTOR;
    private static final VectorSpecies<Byte> WIDE_BYTES = VectorSpecies.of(byte.class, shape(Double.SIZE));
    private static final VectorSpecies<Byte> SINGLE_BYTES = VectorSpecies.of(byte.class, shape(Float.SIZE));
    private static final VectorSpecies<Byte> HALF_BYTES =
            VectorSpecies.of(byte.class, HALVES_FIT ? shape(Short.SIZE) : VectorShape.S_64_BIT);
    /** As long as vectors of floats, of which there is one width; what is beyond the halves means nothing. */
    private static final VectorSpecies<Integer> INTEGERS =
            VectorSpecies.of(int.class, FloatLanes.SPECIES.vectorShape());

    /** Bytes of as many numbers as a double vector has lanes. */
    private static final long DOUBLES = DoubleLanes.VECTOR;

    private static final long FLOATS = (long) LANES * Float.BYTES;
    private static final long HALVES = (long) LANES * Short.BYTES;

    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

    private static final int UPPER_HALF = 16;

    /** Of a float16 without its sign, where exponent and mantissa stand in a float32. */
    private static final int MANTISSA_SHIFT = 13;

    private static final int SIGN = 0x8000;
    private static final int MAGNITUDE = 0x7fff;
    /** Greatest magnitude of subnormal float16, and least of infinities and NaN, so shifted. */
    private static final int LEAST_NORMAL = 0x0400 << MANTISSA_SHIFT;

    private static final int INFINITE = 0x7c00 << MANTISSA_SHIFT;
    /** Differences of the two types' exponents, so placed. */
    private static final int REBIAS = (127 - 15) << 23;

    private static final int REBIAS_INFINITE = (255 - 31) << 23;
    /** A subnormal float16 whose exponent is made this stands above 2⁻¹⁴, the value of that exponent, by its own. */
    private static final int REBIAS_SUBNORMAL = (127 - 14) << 23;

    private static final float LEAST_NORMAL_VALUE = 0x1p-14f;

    private static final int INFINITE_FLOAT = 0x7f80_0000;
    /** Of a bfloat16 that is NaN, a bit that does not vanish with the lower half of a float32. */
    private static final int QUIET = 0x40;

    private static final int CHAINS = 4;
    /** As many as integers; null where so few are no vector. */
    private static final VectorSpecies<Short> SHORTS = INTEGERS.vectorBitSize() / 2 < SMALLEST_VECTOR
            ? null
            : VectorSpecies.of(short.class, VectorShape.forBitSize(INTEGERS.vectorBitSize() / 2));

    private StoredNumbers() {}

    private static VectorShape shape(int bitsOfElement) {
        return VectorShape.forBitSize(LANES * bitsOfElement);
    }

    /** How many of so many elements are read a vector at a time. */
    static int whole(StoredFormat format, int elements) {
        return HALVES_FIT || format.bytes() > Short.BYTES ? elements - elements % LANES : 0;
    }

    /** Writes {@code elements} numbers at address {@code from} as doubles to address {@code to}. */
    static void widen(StoredFormat format, long from, int elements, long to) {
        expectFaults(to);
        int vectors = whole(format, elements);
        long end = to + (long) vectors * Double.BYTES;
        long source = from;
        switch (format) {
            case FLOAT64 -> {
                for (long at = to; at < end; at += DoubleLanes.VECTOR) {
                    doubles(source).intoMemorySegment(ALL, at, ORDER);
                    source += DOUBLES;
                }
            }
            case FLOAT32 -> {
                for (long at = to; at < end; at += DoubleLanes.VECTOR) {
                    floats(source).intoMemorySegment(ALL, at, ORDER);
                    source += FLOATS;
                }
            }
            case FLOAT16 -> {
                for (long at = to; at < end; at += DoubleLanes.VECTOR) {
                    halves(source).intoMemorySegment(ALL, at, ORDER);
                    source += HALVES;
                }
            }
            case BFLOAT16 -> {
                for (long at = to; at < end; at += DoubleLanes.VECTOR) {
                    upperHalves(source).intoMemorySegment(ALL, at, ORDER);
                    source += HALVES;
                }
            }
        }
        for (int index = vectors; index < elements; index++) {
            RawMemory.writeDouble(to + (long) index * Double.BYTES, read(format, from + (long) index * format.bytes()));
        }
    }

    /**
     * Writes x − y to {@code difference} as doubles, and adds the products of x with it to the lanes of an accumulator.
     *
     * @param elements a number that {@link #whole} gives
     */
    static void subtract(StoredFormat format, long x, long y, int elements, long difference, long lanes) {
        switch (format) {
            case FLOAT64 -> subtractDoubles(x, y, elements, difference, lanes);
            case FLOAT32 -> subtractFloats(x, y, elements, difference, lanes);
            case FLOAT16 -> subtractHalves(x, y, elements, difference, lanes);
            case BFLOAT16 -> subtractUpperHalves(x, y, elements, difference, lanes);
        }
    }

    /** Small enough to be a part of every compiled method that calls it. */
    private static void expectFaults(long overwritten) {
        RawMemory.writeDouble(overwritten, 0);
    }

    private static void subtractDoubles(long x, long y, int elements, long difference, long lanes) {
        expectFaults(difference);
        DoubleVector sum = DoubleVector.zero(WIDE);
        long end = difference + (long) elements * Double.BYTES;
        long from = x;
        long other = y - x;
        for (long at = difference; at < end; at += DoubleLanes.VECTOR) {
            DoubleVector now = doubles(from);
            DoubleVector change = now.sub(doubles(from + other));
            change.intoMemorySegment(ALL, at, ORDER);
            sum = now.fma(change, sum);
            from += DOUBLES;
        }
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes, ORDER).add(sum).intoMemorySegment(ALL, lanes, ORDER);
    }

    private static void subtractFloats(long x, long y, int elements, long difference, long lanes) {
        expectFaults(difference);
        DoubleVector sum = DoubleVector.zero(WIDE);
        long end = difference + (long) elements * Double.BYTES;
        long from = x;
        long other = y - x;
        for (long at = difference; at < end; at += DoubleLanes.VECTOR) {
            DoubleVector now = floats(from);
            DoubleVector change = now.sub(floats(from + other));
            change.intoMemorySegment(ALL, at, ORDER);
            sum = now.fma(change, sum);
            from += FLOATS;
        }
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes, ORDER).add(sum).intoMemorySegment(ALL, lanes, ORDER);
    }

    private static void subtractHalves(long x, long y, int elements, long difference, long lanes) {
        expectFaults(difference);
        DoubleVector sum = DoubleVector.zero(WIDE);
        long end = difference + (long) elements * Double.BYTES;
        long from = x;
        long other = y - x;
        for (long at = difference; at < end; at += DoubleLanes.VECTOR) {
            DoubleVector now = halves(from);
            DoubleVector change = now.sub(halves(from + other));
            change.intoMemorySegment(ALL, at, ORDER);
            sum = now.fma(change, sum);
            from += HALVES;
        }
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes, ORDER).add(sum).intoMemorySegment(ALL, lanes, ORDER);
    }

    private static void subtractUpperHalves(long x, long y, int elements, long difference, long lanes) {
        expectFaults(difference);
        DoubleVector sum = DoubleVector.zero(WIDE);
        long end = difference + (long) elements * Double.BYTES;
        long from = x;
        long other = y - x;
        for (long at = difference; at < end; at += DoubleLanes.VECTOR) {
            DoubleVector now = upperHalves(from);
            DoubleVector change = now.sub(upperHalves(from + other));
            change.intoMemorySegment(ALL, at, ORDER);
            sum = now.fma(change, sum);
            from += HALVES;
        }
        DoubleVector.fromMemorySegment(WIDE, ALL, lanes, ORDER).add(sum).intoMemorySegment(ALL, lanes, ORDER);
    }

    /**
     * Σ of the products of bfloat16 in memory with doubles, added up along four chains for each lane, then over the lanes in their
     * order, then what is left.
     *
     * @param lanes room for a vector of doubles
     */
    static double product(long halves, long doubles, int elements, long lanes) {
        int vectors = HALVES_FIT ? elements - elements % (CHAINS * LANES) : 0;
        DoubleVector first = DoubleVector.zero(WIDE);
        DoubleVector second = first;
        DoubleVector third = first;
        DoubleVector fourth = first;
        long end = halves + (long) vectors * Short.BYTES;
        long other = doubles;
        for (long at = halves; at < end; at += CHAINS * HALVES) {
            first = upperHalves(at).fma(memory(other), first);
            second = upperHalves(at + HALVES).fma(memory(other + DOUBLES), second);
            third = upperHalves(at + 2 * HALVES).fma(memory(other + 2 * DOUBLES), third);
            fourth = upperHalves(at + 3 * HALVES).fma(memory(other + 3 * DOUBLES), fourth);
            other += CHAINS * DOUBLES;
        }
        first.add(second).add(third.add(fourth)).intoMemorySegment(ALL, lanes, ORDER);
        double sum = 0;
        for (int lane = 0; lane < LANES; lane++) {
            sum += RawMemory.readDouble(lanes + (long) lane * Double.BYTES);
        }
        for (int index = vectors; index < elements; index++) {
            sum += read(StoredFormat.BFLOAT16, halves + (long) index * Short.BYTES)
                    * RawMemory.readDouble(doubles + (long) index * Double.BYTES);
        }
        return sum;
    }

    private static DoubleVector memory(long address) {
        return DoubleVector.fromMemorySegment(WIDE, ALL, address, ORDER);
    }

    /** Writes floats in memory as bfloat16, rounded to the nearest, of two the one that ends in 0; NaN stays NaN. */
    static void roundToUpperHalves(long floats, int elements, long halves) {
        int vectors = SHORTS == null ? 0 : elements - elements % INTEGERS.length();
        long end = floats + (long) vectors * Float.BYTES;
        long to = halves;
        for (long at = floats; at < end; at += (long) INTEGERS.length() * Float.BYTES) {
            IntVector bits = IntVector.fromMemorySegment(INTEGERS, ALL, at, ORDER);
            IntVector upper = bits.lanewise(VectorOperators.LSHR, UPPER_HALF);
            IntVector rounded = bits.add(upper.and(1)).add(MAGNITUDE).lanewise(VectorOperators.LSHR, UPPER_HALF);
            ((ShortVector) rounded.blend(
                                    upper.or(QUIET),
                                    bits.and(Integer.MAX_VALUE).compare(VectorOperators.GT, INFINITE_FLOAT))
                            .convertShape(VectorOperators.I2S, SHORTS, 0))
                    .intoMemorySegment(ALL, to, ORDER);
            to += (long) INTEGERS.length() * Short.BYTES;
        }
        for (int index = vectors; index < elements; index++) {
            int bits = RawMemory.readInt(floats + (long) index * Float.BYTES);
            int upper = bits >>> UPPER_HALF;
            boolean isNaN = (bits & Integer.MAX_VALUE) > INFINITE_FLOAT;
            ALL.set(ValueLayout.JAVA_SHORT_UNALIGNED, halves + (long) index * Short.BYTES, (short)
                    (isNaN ? upper | QUIET : (bits + (upper & 1) + MAGNITUDE) >>> UPPER_HALF));
        }
    }

    /** The number at an address. */
    static double read(StoredFormat format, long address) {
        return switch (format) {
            case FLOAT64 -> ALL.get(DOUBLE, address);
            case FLOAT32 -> ALL.get(FLOAT, address);
            case FLOAT16 -> Float.float16ToFloat(ALL.get(SHORT, address));
            case BFLOAT16 -> Float.intBitsToFloat(ALL.get(SHORT, address) << UPPER_HALF);
        };
    }

    private static DoubleVector doubles(long address) {
        return ByteVector.fromMemorySegment(WIDE_BYTES, ALL, address, LITTLE_ENDIAN)
                .reinterpretAsDoubles();
    }

    private static DoubleVector floats(long address) {
        return FloatWidening.widen(ByteVector.fromMemorySegment(SINGLE_BYTES, ALL, address, LITTLE_ENDIAN));
    }

    private static DoubleVector upperHalves(long address) {
        return (DoubleVector) integers(address)
                .lanewise(VectorOperators.LSHL, UPPER_HALF)
                .reinterpretAsFloats()
                .castShape(WIDE, 0);
    }

    private static DoubleVector halves(long address) {
        IntVector bits = integers(address);
        IntVector magnitude = bits.and(MAGNITUDE).lanewise(VectorOperators.LSHL, MANTISSA_SHIFT);
        IntVector sign = bits.and(SIGN).lanewise(VectorOperators.LSHL, UPPER_HALF);
        IntVector subnormal = magnitude
                .add(REBIAS_SUBNORMAL)
                .reinterpretAsFloats()
                .sub(LEAST_NORMAL_VALUE)
                .reinterpretAsInts();
        IntVector value = magnitude
                .add(REBIAS)
                .blend(magnitude.add(REBIAS_INFINITE), magnitude.compare(VectorOperators.GE, INFINITE))
                .blend(subnormal, magnitude.compare(VectorOperators.LT, LEAST_NORMAL));
        return (DoubleVector) value.or(sign).reinterpretAsFloats().castShape(WIDE, 0);
    }

    /** As many halves as a double vector has lanes, each in an integer. */
    private static IntVector integers(long address) {
        return (IntVector) ByteVector.fromMemorySegment(HALF_BYTES, ALL, address, LITTLE_ENDIAN)
                .reinterpretAsShorts()
                .convertShape(VectorOperators.ZERO_EXTEND_S2I, INTEGERS, 0);
    }
}
