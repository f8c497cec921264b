package dev.spectraledge.trainer.io.torch;

import dev.spectraledge.trainer.io.SafetensorsType;
import java.lang.foreign.MemorySegment;

/**
 * A run of numbers that tensors are views of.
 *
 * @param key name of its entry in the archive
 * @param bytes its elements, as many as fit
 */
record TorchStorage(String key, SafetensorsType type, MemorySegment bytes) {
    long elements() {
        return bytes.byteSize() / type.bytes();
    }
}
