package dev.spectraledge.analysis.decomposition;

import dev.spectraledge.trainer.ParameterSubset;
import java.nio.file.Path;
import java.util.List;

/**
 * What to decompose.
 *
 * @param files safetensors files; of a trajectory, at least two, in their order
 * @param rank number of singular values
 * @param subset the tensors that are looked at
 * @param rows what the rows of a trajectory are
 * @param seed of all random numbers
 */
public record DecompositionSettings(
        List<Path> files, Method method, int rank, ParameterSubset subset, RowKind rows, long seed) {
    public DecompositionSettings {
        files = List.copyOf(files);
    }
}
