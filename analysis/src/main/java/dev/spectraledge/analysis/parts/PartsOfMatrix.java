package dev.spectraledge.analysis.parts;

import dev.spectraledge.analysis.checkpoint.AdamMoments;
import dev.spectraledge.analysis.checkpoint.StoredTensor;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.linalg.DenseFactorizations;
import dev.spectraledge.kernels.linalg.LowRankApproximation;
import dev.spectraledge.kernels.linalg.RandomizedSvd;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.io.SafetensorsType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.LongToDoubleFunction;

/**
 * Measures the parts of the step of one matrix after the other. Norms and cosine are sums in double over the stored numbers;
 * of the parts themselves one at a time is in memory.
 */
final class PartsOfMatrix {
    /** Singular values that are kept of each part. */
    static final int SIGMAS = 5;

    /** A matrix with no more rows or columns is decomposed whole. */
    private static final int DECOMPOSED_WHOLE = 512;

    private static final int OVERSAMPLING = 27;
    private static final int POWER_ITERATIONS = 4;

    private final Backend backend = new CpuBackend();
    private final Workers workers;
    private final RandomizedSvd svd;
    private final OptionalDouble givenRate;

    /** @param givenRate η, instead of what checkpoints say */
    PartsOfMatrix(Workers workers, OptionalDouble givenRate) {
        this.workers = workers;
        this.givenRate = givenRate;
        svd = new RandomizedSvd(backend, workers, DenseFactorizations.LAPACK);
    }

    /** Squares and product of the two parts. */
    private record Sums(double gradient, double decay, double product) {}

    /** The first singular directions of a part, with its leading singular values. */
    private record Leading(List<Double> sigmas, double[] left, double[] right) {}

    MatrixParts measure(long step, AdamMoments moments) {
        StoredTensor matrix = moments.parameter();
        AdamStep parts = new AdamStep(moments, givenRate);
        Sums sums = sums(parts, matrix);
        double gradientNorm = Math.sqrt(sums.gradient);
        double decayNorm = Math.sqrt(sums.decay);
        Leading gradient = leading(matrix, gradientNorm, parts::gradient);
        Leading decay = leading(matrix, decayNorm, index -> parts.decay(index, parts.gradient(index)));
        boolean both = gradientNorm > 0 && decayNorm > 0;
        return new MatrixParts(
                step,
                matrix.name(),
                matrix.shape().get(0),
                matrix.shape().get(1),
                gradientNorm,
                decayNorm,
                both ? sums.product / (gradientNorm * decayNorm) : Double.NaN,
                both ? Math.abs(dot(gradient.left, decay.left) * dot(gradient.right, decay.right)) : Double.NaN,
                gradient.sigmas,
                decay.sigmas);
    }

    private Sums sums(AdamStep parts, StoredTensor matrix) {
        Sums[] ofWorkers = new Sums[workers.count()];
        workers.run(worker -> {
            double gradients = 0;
            double decays = 0;
            double products = 0;
            long end = boundary(matrix, worker + 1);
            for (long index = boundary(matrix, worker); index < end; index++) {
                double gradient = parts.gradient(index);
                double decay = parts.decays() ? parts.decay(index, gradient) : 0;
                gradients += gradient * gradient;
                decays += decay * decay;
                products += gradient * decay;
            }
            ofWorkers[worker] = new Sums(gradients, decays, products);
        });
        Sums total = new Sums(0, 0, 0);
        for (Sums sums : ofWorkers) {
            total = new Sums(total.gradient + sums.gradient, total.decay + sums.decay, total.product + sums.product);
        }
        if (!Double.isFinite(total.gradient) || !Double.isFinite(total.decay)) {
            throw new RunException(matrix.file() + ": the step into '" + Printable.value(matrix.name())
                    + "' is not finite: the weights or the moments of the optimiser hold NaN, infinite or negative"
                    + " numbers");
        }
        return total;
    }

    private long boundary(StoredTensor matrix, int worker) {
        return matrix.elements() / workers.count() * worker + Math.min(worker, matrix.elements() % workers.count());
    }

    private Leading leading(StoredTensor matrix, double norm, LongToDoubleFunction part) {
        long rows = matrix.shape().get(0);
        long columns = matrix.shape().get(1);
        int count = (int) Math.min(SIGMAS, Math.min(rows, columns));
        if (norm == 0) {
            return new Leading(Collections.nCopies(count, 0.0), new double[0], new double[0]);
        }
        DType type = matrix.type() == SafetensorsType.F64 ? DType.FLOAT64 : DType.FLOAT32;
        int oversampling = Math.min(rows, columns) <= DECOMPOSED_WHOLE ? DECOMPOSED_WHOLE : OVERSAMPLING;
        try (MemoryOwner owner = MemoryOwner.open("part of a step")) {
            Tensor tensor = backend.allocate(owner, type, rows, columns);
            workers.run(worker -> fill(tensor, boundary(matrix, worker), boundary(matrix, worker + 1), norm, part));
            LowRankApproximation found = svd.decompose(
                    owner,
                    tensor,
                    new RandomizedSvd.Parameters(count, oversampling, POWER_ITERATIONS, false, new PhiloxKey(0, 0)));
            List<Double> sigmas = new ArrayList<>();
            for (int index = 0; index < count; index++) {
                sigmas.add(norm * found.singularValues().get(index));
            }
            return new Leading(
                    sigmas,
                    vector(found.leftVectors().slice(1, 0, 1), rows),
                    vector(found.rightVectors().slice(0, 0, 1), columns));
        }
    }

    /** Divides by the norm, as steps are so small that squares of theirs could vanish in single precision. */
    private static void fill(Tensor tensor, long from, long to, double norm, LongToDoubleFunction part) {
        MemorySegment segment = tensor.segment();
        for (long index = from; index < to; index++) {
            double value = part.applyAsDouble(index) / norm;
            if (tensor.type() == DType.FLOAT64) {
                segment.setAtIndex(ValueLayout.JAVA_DOUBLE, index, value);
            } else {
                segment.setAtIndex(ValueLayout.JAVA_FLOAT, index, (float) value);
            }
        }
    }

    private static double[] vector(Tensor column, long length) {
        double[] vector = new double[(int) length];
        boolean upright = column.size(0) == length;
        for (int index = 0; index < vector.length; index++) {
            vector[index] = upright ? column.get(index, 0) : column.get(0, index);
        }
        return vector;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int index = 0; index < a.length; index++) {
            sum += a[index] * b[index];
        }
        return sum;
    }
}
