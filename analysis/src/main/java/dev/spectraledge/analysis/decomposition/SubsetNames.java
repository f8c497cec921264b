package dev.spectraledge.analysis.decomposition;

import dev.spectraledge.analysis.checkpoint.StoredTensor;
import dev.spectraledge.analysis.offline.ChosenTensors;
import dev.spectraledge.analysis.offline.TensorSelection;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.io.SafetensorsFile;
import java.util.List;
import java.util.stream.LongStream;

/** Finds the tensors of a {@link ParameterSubset} in a safetensors file. */
final class SubsetNames {
    private SubsetNames() {}

    /** Names of the subset's tensors in {@code file}, in its order, at least one; and why the others are none of them. */
    static ChosenTensors of(ParameterSubset subset, SafetensorsFile file) {
        List<StoredTensor> tensors = file.names().stream()
                .map(name -> new StoredTensor(
                        name,
                        file.type(name),
                        LongStream.of(file.shape(name)).boxed().toList(),
                        file.data(name),
                        file.path(),
                        name))
                .toList();
        return TensorSelection.of(subset.key()).choose(file.path(), tensors);
    }
}
