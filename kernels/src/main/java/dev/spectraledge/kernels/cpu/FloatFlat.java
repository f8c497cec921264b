package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;
import static dev.spectraledge.kernels.cpu.FloatLanes.broadcast;
import static dev.spectraledge.kernels.cpu.FloatLanes.load;
import static dev.spectraledge.kernels.cpu.FloatLanes.read;
import static dev.spectraledge.kernels.cpu.FloatLanes.store;
import static dev.spectraledge.kernels.cpu.FloatLanes.write;

import jdk.incubator.vector.FloatVector;

/** Elementwise operations on flat vectors of {@code n} elements. */
final class FloatFlat {
    private FloatFlat() {}

    static void fill(long n, float value, long x) {
        long bytes = n * ELEMENT;
        FloatVector values = broadcast(value);
        long at = 0;
        for (; at <= bytes - VECTOR; at += VECTOR) {
            store(values, x + at);
        }
        for (; at < bytes; at += ELEMENT) {
            write(x + at, value);
        }
    }

    static void axpy(long n, float alpha, long x, long y) {
        long bytes = n * ELEMENT;
        FloatVector factor = broadcast(alpha);
        long at = 0;
        for (; at <= bytes - VECTOR; at += VECTOR) {
            store(load(x + at).fma(factor, load(y + at)), y + at);
        }
        for (; at < bytes; at += ELEMENT) {
            write(y + at, Math.fma(alpha, read(x + at), read(y + at)));
        }
    }

    static void scale(long n, float alpha, long x) {
        long bytes = n * ELEMENT;
        long at = 0;
        for (; at <= bytes - VECTOR; at += VECTOR) {
            store(load(x + at).mul(alpha), x + at);
        }
        for (; at < bytes; at += ELEMENT) {
            write(x + at, alpha * read(x + at));
        }
    }

    static void subtract(long n, long x, long y, long out) {
        long bytes = n * ELEMENT;
        long at = 0;
        for (; at <= bytes - VECTOR; at += VECTOR) {
            store(load(x + at).sub(load(y + at)), out + at);
        }
        for (; at < bytes; at += ELEMENT) {
            write(out + at, read(x + at) - read(y + at));
        }
    }
}
