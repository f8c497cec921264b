package dev.spectraledge.analysis.offline;

import dev.spectraledge.analysis.checkpoint.StoredTensor;
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
    private static final String BIASES = "biases";

    /** Elements of the subset. */
    long parameters() {
        return ofSubset().stream().mapToLong(StoredTensor::elements).sum();
    }

    /** Those of the subset. */
    List<StoredTensor> ofSubset() {
        Set<String> names = new HashSet<>(selected);
        return read.stream().filter(tensor -> names.contains(tensor.name())).toList();
    }

    /** All that is read, in groups of which each is of the subset or is not; those of the subset first. */
    List<TensorGroup> groups() {
        record Key(String name, String part, boolean selected) {}
        Set<String> ofSubset = new HashSet<>(selected);
        Map<Key, List<StoredTensor>> members = new LinkedHashMap<>();
        for (StoredTensor tensor : read) {
            String part = part(tensor);
            Key key = new Key(group(tensor, part), part, ofSubset.contains(tensor.name()));
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

    /** Biases are a part of their own, so that matrices without them are sums of parts. */
    private static String part(StoredTensor tensor) {
        TensorPart part = TensorNames.part(tensor.name(), tensor.shape().size());
        boolean ofMatrix = part != TensorPart.NORMS && part != TensorPart.OTHER;
        return ofMatrix && !isMatrix(tensor) ? BIASES : part.key();
    }

    private static String group(StoredTensor tensor, String part) {
        String layer = TensorNames.layer(tensor.name());
        boolean byLayer = part.equals(TensorPart.ATTENTION.key())
                || part.equals(TensorPart.MLP.key())
                || part.equals(TensorPart.OTHER.key());
        return byLayer && !layer.isEmpty() ? layer + "." + part : part;
    }

    static boolean isMatrix(StoredTensor tensor) {
        return tensor.shape().size() > 1;
    }
}
