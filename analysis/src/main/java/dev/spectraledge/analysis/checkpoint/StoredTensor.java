package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.io.SafetensorsType;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;

/**
 * A tensor of a checkpoint.
 *
 * @param name in the checkpoint, without the prefix of a wrapper
 * @param type of the elements, little-endian
 * @param shape empty for a scalar
 * @param data the elements in row-major order, read-only; not aligned in every form of checkpoint
 * @param file that holds the data
 * @param storage identity of the bytes: equal for tied copies within one checkpoint
 */
public record StoredTensor(
        String name, SafetensorsType type, List<Long> shape, MemorySegment data, Path file, Object storage) {
    /** Number of elements. */
    public long elements() {
        return data.byteSize() / type.bytes();
    }

    /** The same tensor under another name. */
    StoredTensor named(String other) {
        return new StoredTensor(other, type, shape, data, file, storage);
    }
}
