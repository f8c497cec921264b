package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.SPECIES;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;
import static dev.spectraledge.kernels.cpu.FloatLanes.read;
import static dev.spectraledge.kernels.cpu.FloatLanes.write;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import jdk.incubator.vector.FloatVector;

/** Elementwise operations on flat vectors of {@code n} elements. */
final class FloatFlat {
    private FloatFlat() {}

    static void fill(long n, float value, long x) {
        long bytes = n * ELEMENT;
        long at = 0;
        for (; at <= bytes - VECTOR; at += VECTOR) {
            FloatVector.broadcast(SPECIES, value).intoMemorySegment(ALL, x + at, ORDER);
        }
        for (; at < bytes; at += ELEMENT) {
            write(x + at, value);
        }
    }

    static void copy(long n, long x, long y) {
        long bytes = n * ELEMENT;
        long at = 0;
        for (; at <= bytes - VECTOR; at += VECTOR) {
            FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER).intoMemorySegment(ALL, y + at, ORDER);
        }
        for (; at < bytes; at += ELEMENT) {
            write(y + at, read(x + at));
        }
    }

    static void axpy(long n, float alpha, long x, long y) {
        long bytes = n * ELEMENT;
        FloatVector factor = FloatVector.broadcast(SPECIES, alpha);
        long at = 0;
        for (; at <= bytes - VECTOR; at += VECTOR) {
            FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER)
                    .fma(factor, FloatVector.fromMemorySegment(SPECIES, ALL, y + at, ORDER))
                    .intoMemorySegment(ALL, y + at, ORDER);
        }
        for (; at < bytes; at += ELEMENT) {
            write(y + at, Math.fma(alpha, read(x + at), read(y + at)));
        }
    }

    static void scale(long n, float alpha, long x) {
        long bytes = n * ELEMENT;
        long at = 0;
        for (; at <= bytes - VECTOR; at += VECTOR) {
            FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER)
                    .mul(alpha)
                    .intoMemorySegment(ALL, x + at, ORDER);
        }
        for (; at < bytes; at += ELEMENT) {
            write(x + at, alpha * read(x + at));
        }
    }

    static void subtract(long n, long x, long y, long out) {
        long bytes = n * ELEMENT;
        long at = 0;
        for (; at <= bytes - VECTOR; at += VECTOR) {
            FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER)
                    .sub(FloatVector.fromMemorySegment(SPECIES, ALL, y + at, ORDER))
                    .intoMemorySegment(ALL, out + at, ORDER);
        }
        for (; at < bytes; at += ELEMENT) {
            write(out + at, read(x + at) - read(y + at));
        }
    }
}
