package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.LANES;
import static dev.spectraledge.kernels.cpu.FloatLanes.SPECIES;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import dev.spectraledge.kernels.RotaryShape;
import dev.spectraledge.kernels.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShuffle;

/**
 * Rotary positions (Su et al. 2021) of one run. Where the columns of a pair are neighbours, the row's cosines and signed sines
 * are spread over both columns once for all heads.
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatRotary {
    /** Exchanges neighbours. */
    private static final VectorShuffle<Float> PARTNER = SPECIES.shuffleFromOp(lane -> LANES > 1 ? lane ^ 1 : lane);

    private FloatRotary() {}

    /** Bytes of scratch for the cosines and sines of a row. */
    static long scratch(RotaryShape shape) {
        return 2L * shape.rotatedWidth() * ELEMENT;
    }

    /** Rotates by the angles, or back by them where {@code sign} is −1. */
    static void rotate(
            int rows,
            RotaryShape shape,
            float sign,
            Tensor positions,
            Tensor angles,
            Tensor input,
            Tensor output,
            long scratch) {
        int rest = shape.headWidth() - shape.rotatedWidth();
        long rotated = (long) shape.rotatedWidth() * ELEMENT;
        long half = (long) shape.pairs() * ELEMENT;
        boolean areNeighbours = shape.pairing() == RotaryShape.Pairing.INTERLEAVED;
        for (int row = 0; row < rows; row++) {
            long cosines = TableRows.address("position", positions, row, angles);
            long from = input.address() + row * FloatRows.stride(input);
            long to = output.address() + row * FloatRows.stride(output);
            if (areNeighbours) {
                spread(shape.pairs(), cosines, cosines + half, sign, scratch, scratch + rotated);
            }
            for (int head = 0; head < shape.heads(); head++) {
                if (areNeighbours) {
                    rotateNeighbours(shape.rotatedWidth(), from, scratch, scratch + rotated, to);
                } else {
                    rotateHalves(shape.pairs(), from, from + half, cosines, cosines + half, sign, to, to + half);
                }
                if (from != to) {
                    FloatRows.copy(from + rotated, to + rotated, rest);
                }
                from += (long) shape.headWidth() * ELEMENT;
                to += (long) shape.headWidth() * ELEMENT;
            }
        }
    }

    /** Both columns of a pair get its cosine; the first one minus its sine, the second one its sine. */
    private static void spread(int pairs, long cosines, long sines, float sign, long bothCosines, long signedSines) {
        for (int pair = 0; pair < pairs; pair++) {
            long at = 2L * pair * ELEMENT;
            float cosine = FloatLanes.read(cosines + (long) pair * ELEMENT);
            float sine = sign * FloatLanes.read(sines + (long) pair * ELEMENT);
            FloatLanes.write(bothCosines + at, cosine);
            FloatLanes.write(bothCosines + at + ELEMENT, cosine);
            FloatLanes.write(signedSines + at, -sine);
            FloatLanes.write(signedSines + at + ELEMENT, sine);
        }
    }

    private static void rotateNeighbours(int width, long x, long cosines, long signedSines, long y) {
        int column = 0;
        for (; LANES > 1 && column <= width - LANES; column += LANES) {
            long at = (long) column * ELEMENT;
            FloatVector own = FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER);
            own.rearrange(PARTNER)
                    .mul(FloatVector.fromMemorySegment(SPECIES, ALL, signedSines + at, ORDER))
                    .add(own.mul(FloatVector.fromMemorySegment(SPECIES, ALL, cosines + at, ORDER)))
                    .intoMemorySegment(ALL, y + at, ORDER);
        }
        for (; column < width; column += 2) {
            long at = (long) column * ELEMENT;
            rotatePair(
                    x + at,
                    x + at + ELEMENT,
                    FloatLanes.read(cosines + at),
                    FloatLanes.read(signedSines + at + ELEMENT),
                    y + at,
                    y + at + ELEMENT);
        }
    }

    private static void rotateHalves(
            int pairs, long first, long second, long cosines, long sines, float sign, long toFirst, long toSecond) {
        int pair = 0;
        for (; pair <= pairs - LANES; pair += LANES) {
            long at = (long) pair * ELEMENT;
            FloatVector a = FloatVector.fromMemorySegment(SPECIES, ALL, first + at, ORDER);
            FloatVector b = FloatVector.fromMemorySegment(SPECIES, ALL, second + at, ORDER);
            FloatVector cosine = FloatVector.fromMemorySegment(SPECIES, ALL, cosines + at, ORDER);
            FloatVector sine = FloatVector.fromMemorySegment(SPECIES, ALL, sines + at, ORDER)
                    .mul(sign);
            a.mul(cosine).sub(b.mul(sine)).intoMemorySegment(ALL, toFirst + at, ORDER);
            a.mul(sine).add(b.mul(cosine)).intoMemorySegment(ALL, toSecond + at, ORDER);
        }
        for (; pair < pairs; pair++) {
            long at = (long) pair * ELEMENT;
            rotatePair(
                    first + at,
                    second + at,
                    FloatLanes.read(cosines + at),
                    sign * FloatLanes.read(sines + at),
                    toFirst + at,
                    toSecond + at);
        }
    }

    private static void rotatePair(long first, long second, float cosine, float sine, long toFirst, long toSecond) {
        float a = FloatLanes.read(first);
        float b = FloatLanes.read(second);
        FloatLanes.write(toFirst, a * cosine - b * sine);
        FloatLanes.write(toSecond, a * sine + b * cosine);
    }
}
