package dev.spectraledge.kernels.cpu;

import static dev.spectraledge.kernels.cpu.FloatLanes.ELEMENT;
import static dev.spectraledge.kernels.cpu.FloatLanes.SPECIES;
import static dev.spectraledge.kernels.cpu.FloatLanes.VECTOR;
import static dev.spectraledge.kernels.cpu.RawMemory.ALL;
import static dev.spectraledge.kernels.cpu.RawMemory.ORDER;

import dev.spectraledge.kernels.Tensor;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * SwiGLU (Shazeer 2020), row by row in a few passes over first-level cache. With σ(x) = 1/(1 + e^{−x}), evaluated through
 * e^{−|x|} so that no digits cancel, SiLU(x) = x·σ(x), and its derivative is σ(x)·(1 + x·(1 − σ(x))).
 */
@SuppressWarnings("cast") // redundant in the generated double version
final class FloatSwiGlu {
    private FloatSwiGlu() {}

    /** Bytes of scratch that rows of {@code width} elements need. */
    static long scratch(int width) {
        return 2L * FloatLanes.padded(width) * ELEMENT;
    }

    static void forward(int rows, Tensor gate, Tensor up, Tensor output, long scratch) {
        int width = (int) gate.size(1);
        int padded = FloatLanes.padded(width);
        long silu = scratch + (long) padded * ELEMENT;
        long g = gate.address();
        long u = up.address();
        long to = output.address();
        for (int row = 0; row < rows; row++) {
            long whole = FloatRows.wholeVectors(g, width, scratch);
            exponential(padded, whole, silu);
            silu(padded, whole, silu);
            FloatRows.multiply(silu, u, to, width);
            g += FloatRows.stride(gate);
            u += FloatRows.stride(up);
            to += FloatRows.stride(output);
        }
    }

    static void backward(
            int rows,
            Tensor outputGradient,
            Tensor gate,
            Tensor up,
            Tensor gateGradient,
            Tensor upGradient,
            long scratch) {
        int width = (int) gate.size(1);
        int padded = FloatLanes.padded(width);
        long exponential = scratch + (long) padded * ELEMENT;
        long dy = outputGradient.address();
        long g = gate.address();
        long u = up.address();
        long dg = gateGradient.address();
        long du = upGradient.address();
        for (int row = 0; row < rows; row++) {
            FloatRows.copyPadded(g, scratch, width, 0f);
            exponential(padded, scratch, exponential);
            derivative(padded, scratch, exponential);
            // SiLU′ is in the place of the exponential now, SiLU in that of the gate.
            FloatRows.multiply(exponential, dy, exponential, width);
            FloatRows.multiply(exponential, u, dg, width);
            FloatRows.multiply(scratch, dy, du, width);
            dy += FloatRows.stride(outputGradient);
            g += FloatRows.stride(gate);
            u += FloatRows.stride(up);
            dg += FloatRows.stride(gateGradient);
            du += FloatRows.stride(upGradient);
        }
    }

    /** target ← e^{−|x|}. */
    private static void exponential(int count, long source, long target) {
        long bytes = (long) count * ELEMENT;
        for (long at = 0; at < bytes; at += VECTOR) {
            FloatVector.fromMemorySegment(SPECIES, ALL, source + at, ORDER)
                    .abs()
                    .neg()
                    .intoMemorySegment(ALL, target + at, ORDER);
        }
        FloatMath.exp(count, target, target);
    }

    /** exponential ← x·σ(x), given e^{−|x|}. */
    private static void silu(int count, long source, long exponential) {
        long bytes = (long) count * ELEMENT;
        for (long at = 0; at < bytes; at += VECTOR) {
            FloatVector x = FloatVector.fromMemorySegment(SPECIES, ALL, source + at, ORDER);
            FloatVector e = FloatVector.fromMemorySegment(SPECIES, ALL, exponential + at, ORDER);
            FloatVector.broadcast(SPECIES, 1f)
                    .blend(e, x.compare(VectorOperators.LT, 0f))
                    .div(e.add(1f))
                    .mul(x)
                    .intoMemorySegment(ALL, exponential + at, ORDER);
        }
    }

    /** x ← x·σ(x), and exponential ← σ(x)·(1 + x·(1 − σ(x))), given e^{−|x|}. */
    private static void derivative(int count, long x, long exponential) {
        long bytes = (long) count * ELEMENT;
        for (long at = 0; at < bytes; at += VECTOR) {
            FloatVector value = FloatVector.fromMemorySegment(SPECIES, ALL, x + at, ORDER);
            FloatVector e = FloatVector.fromMemorySegment(SPECIES, ALL, exponential + at, ORDER);
            FloatVector larger = FloatVector.broadcast(SPECIES, 1f).div(e.add(1f));
            FloatVector smaller = larger.mul(e);
            FloatVector sigmoid = larger.blend(smaller, value.compare(VectorOperators.LT, 0f));
            FloatVector rest = smaller.blend(larger, value.compare(VectorOperators.LT, 0f));
            value.mul(sigmoid).intoMemorySegment(ALL, x + at, ORDER);
            value.fma(rest, FloatVector.broadcast(SPECIES, 1f))
                    .mul(sigmoid)
                    .intoMemorySegment(ALL, exponential + at, ORDER);
        }
    }
}
