package dev.spectraledge.analysis.offline;

import dev.spectraledge.analysis.checkpoint.StoredTensor;
import dev.spectraledge.trainer.io.SafetensorsType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tensors of a checkpoint that an analysis reads.
 *
 * @param read all of them, in the order of the checkpoint
 * @param selected names of those of the subset
 * @param leftOut every tensor that is not of the subset, with the reason
 */
public record ChosenTensors(List<StoredTensor> read, List<String> selected, Map<String, String> leftOut) {
    /** Elements of the subset. */
    long parameters() {
        return ofSubset().stream().mapToLong(StoredTensor::elements).sum();
    }

    /** Those of the subset. */
    List<StoredTensor> ofSubset() {
        Set<String> names = new HashSet<>(selected);
        return read.stream().filter(tensor -> names.contains(tensor.name())).toList();
    }

    /** Whether some of the subset are bfloat16, to which a training that goes on in a higher precision has rounded them. */
    boolean isRounded() {
        return ofSubset().stream().anyMatch(tensor -> tensor.type() == SafetensorsType.BF16);
    }

    /** All that is read, in groups of which each is of the subset or is not; those of the subset first. */
    List<TensorGroup> groups() {
        record Key(String name, String part, boolean selected) {}
        Set<String> ofSubset = new HashSet<>(selected);
        Map<Key, List<StoredTensor>> members = new LinkedHashMap<>();
        for (StoredTensor tensor : read) {
            int axes = tensor.shape().size();
            Key key = new Key(
                    TensorNames.groupOf(tensor.name(), axes),
                    TensorNames.partOf(tensor.name(), axes),
                    ofSubset.contains(tensor.name()));
            members.computeIfAbsent(key, absent -> new ArrayList<>()).add(tensor);
        }
        return members.entrySet().stream()
                .map(entry -> new TensorGroup(
                        entry.getKey().name(),
                        entry.getKey().part(),
                        entry.getKey().selected(),
                        entry.getValue().stream().map(StoredTensor::name).toList(),
                        entry.getValue().stream()
                                .mapToLong(StoredTensor::elements)
                                .sum()))
                .sorted(Comparator.comparing(group -> !group.selected()))
                .toList();
    }

    static boolean isMatrix(StoredTensor tensor) {
        return tensor.shape().size() > 1;
    }
}
