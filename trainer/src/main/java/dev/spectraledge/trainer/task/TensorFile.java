package dev.spectraledge.trainer.task;

import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.LabelledSequences;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.io.SafetensorsFile;
import java.nio.file.Path;
import java.util.function.Function;

/** Data as a safetensors file: tensors such as {@code train_x, train_y, test_x, test_y}. */
public final class TensorFile {
    private TensorFile() {}

    /** Makes a data set of tensors. */
    @FunctionalInterface
    public interface Reader {
        /**
         * Makes a data set.
         *
         * @param name for messages
         * @param parts its tensors by name, such as {@code x} and {@code y}; they are gone afterwards
         */
        LabelledSequences read(String name, Function<String, Tensor> parts);
    }

    /** Reads the sets {@code train} and {@code test}. */
    public static SplitData read(Path file, Reader reader) {
        try (MemoryOwner scratch = MemoryOwner.open("data file");
                SafetensorsFile tensors = SafetensorsFile.open(file)) {
            return new SplitData(set(tensors, scratch, "train", reader), set(tensors, scratch, "test", reader));
        }
    }

    private static LabelledSequences set(SafetensorsFile tensors, MemoryOwner scratch, String name, Reader reader) {
        return reader.read(tensors.path() + ": " + name, part -> tensors.read(scratch, name + "_" + part));
    }
}
