package dev.spectraledge.analysis.decomposition;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.io.SafetensorsType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the same tensors of one checkpoint after the other into a flat vector, and refuses a checkpoint that differs. */
final class Snapshots {
    private final Path first;
    private final Map<String, long[]> shapes = new LinkedHashMap<>();
    private final DType type;
    private final long parameters;

    /** Takes names, shapes and precision from the first checkpoint. */
    Snapshots(SafetensorsFile file, List<String> names) {
        first = file.path();
        boolean wide = false;
        long total = 0;
        for (String name : names) {
            long[] shape = file.shape(name);
            shapes.put(name, shape);
            wide |= file.type(name) == SafetensorsType.F64;
            total = Math.addExact(total, elements(shape));
        }
        type = wide ? DType.FLOAT64 : DType.FLOAT32;
        parameters = total;
    }

    private static long elements(long[] shape) {
        long elements = 1;
        for (long size : shape) {
            elements = Math.multiplyExact(elements, size);
        }
        return elements;
    }

    /** FLOAT64 where a tensor of the first checkpoint has it, else FLOAT32. */
    DType type() {
        return type;
    }

    /** P. */
    long parameters() {
        return parameters;
    }

    /** A vector {@code [1, P]} for {@link #read}. */
    Tensor allocate(Backend backend, MemoryOwner owner) {
        return backend.allocate(owner, type, 1, parameters);
    }

    /** Fills {@code target [1, P]} from a checkpoint; every number must be finite, and its square too. */
    void read(SafetensorsFile file, Tensor target) {
        long offset = 0;
        for (Map.Entry<String, long[]> entry : shapes.entrySet()) {
            String name = entry.getKey();
            long[] shape = entry.getValue();
            if (!Arrays.equals(file.shape(name), shape)) {
                throw new RunException(file.path() + ": tensor '" + Printable.value(name) + "' has shape "
                        + Arrays.toString(file.shape(name)) + ", in " + first.getFileName() + " it is "
                        + Arrays.toString(shape));
            }
            file.requireMeasurable(name);
            file.copyTo(name, target.viewPerRun(offset, shape).at(0));
            offset += elements(shape);
        }
    }
}
