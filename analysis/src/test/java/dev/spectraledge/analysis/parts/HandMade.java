package dev.spectraledge.analysis.parts;

import dev.spectraledge.analysis.checkpoint.AdamMoments;
import dev.spectraledge.analysis.checkpoint.AdamSettings;
import dev.spectraledge.analysis.checkpoint.StoredTensor;
import dev.spectraledge.trainer.io.SafetensorsType;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongToDoubleFunction;

/** Moments of a matrix in double whose gradients have all been zero. */
final class HandMade {
    private HandMade() {}

    static AdamMoments moments(int rows, int columns, LongToDoubleFunction parameter) {
        return new AdamMoments(
                tensor(rows, columns, parameter),
                tensor(rows, columns, index -> 0),
                tensor(rows, columns, index -> 0),
                3,
                new AdamSettings(0.1, 0.9, 0.99, 1e-8, 0.2, true, true));
    }

    private static StoredTensor tensor(long rows, long columns, LongToDoubleFunction value) {
        double[] values = new double[(int) (rows * columns)];
        for (int index = 0; index < values.length; index++) {
            values[index] = value.applyAsDouble(index);
        }
        byte[] bytes = new byte[8 * values.length];
        MemorySegment.ofArray(bytes).copyFrom(MemorySegment.ofArray(values));
        return new StoredTensor(
                "matrix", SafetensorsType.F64, List.of(rows, columns), MemorySegment.ofArray(bytes), Path.of("x"), "x");
    }
}
