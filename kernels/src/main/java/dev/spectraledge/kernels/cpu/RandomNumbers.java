package dev.spectraledge.kernels.cpu;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Philox;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;

/** Random tensors, a run of contiguous elements at a time. */
final class RandomNumbers {
    private static final int BLOCK = 1024;

    private RandomNumbers() {}

    static void uniform(PhiloxKey key, double low, double high, Tensor out) {
        RandomScratch scratch = RandomScratch.ofThread();
        double[] values = scratch.values(BLOCK);
        long elements = out.elements();
        for (long first = 0; first < elements; first += BLOCK) {
            int count = (int) Math.min(BLOCK, elements - first);
            Philox.uniforms(key, first, values, count, scratch.words());
            if (out.type() == DType.FLOAT32) {
                for (int index = 0; index < count; index++) {
                    float value = Philox.betweenFloat(values[index], low, high);
                    FloatLanes.write(out.address() + (first + index) * Float.BYTES, value);
                }
            } else {
                for (int index = 0; index < count; index++) {
                    double value = Philox.between(values[index], low, high);
                    DoubleLanes.write(out.address() + (first + index) * Double.BYTES, value);
                }
            }
        }
    }

    static void normal(PhiloxKey key, double mean, double standardDeviation, Tensor out) {
        RandomScratch scratch = RandomScratch.ofThread();
        double[] values = scratch.values(BLOCK);
        long elements = out.elements();
        for (long first = 0; first < elements; first += BLOCK) {
            int count = (int) Math.min(BLOCK, elements - first);
            Philox.normals(key, first, values, count, scratch.words());
            for (int index = 0; index < count; index++) {
                double value = mean + standardDeviation * values[index];
                if (out.type() == DType.FLOAT32) {
                    FloatLanes.write(out.address() + (first + index) * Float.BYTES, (float) value);
                } else {
                    DoubleLanes.write(out.address() + (first + index) * Double.BYTES, value);
                }
            }
        }
    }
}
