package dev.spectraledge.analysis.checkpoint;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.NearestName;
import dev.spectraledge.trainer.io.Printable;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** Names and shapes of tensors that all checkpoints of a series must have. */
public final class ModelShapes {
    private final Path first;
    private final Map<String, StoredTensor> expected = new LinkedHashMap<>();

    /** Takes those of some tensors of the first checkpoint. */
    public ModelShapes(Checkpoint first, Collection<String> names) {
        this.first = first.path();
        names.forEach(name -> expected.put(name, first.tensors().get(name)));
    }

    /**
     * Compares another checkpoint.
     *
     * @throws RunException with one line if a tensor is missing, has another shape, or holds integers in one and
     *     floating-point numbers in the other
     */
    public void require(Checkpoint other) {
        expected.forEach((name, known) -> {
            StoredTensor tensor = other.tensors().get(name);
            if (tensor == null) {
                throw new RunException(other.path() + ": has no tensor '" + Printable.value(name) + "', which "
                        + FileNames.of(first) + " has"
                        + NearestName.hint(name, other.tensors().keySet())
                        + "; checkpoints of different models make no series");
            }
            if (!tensor.shape().equals(known.shape())) {
                throw new RunException(other.path() + ": tensor '" + Printable.value(name) + "' has shape "
                        + Printable.value(tensor.shape()) + ", in " + FileNames.of(first) + " it is "
                        + Printable.value(known.shape()));
            }
            if (tensor.type().isFloating() != known.type().isFloating()) {
                throw new RunException(other.path() + ": tensor '" + Printable.value(name) + "' holds " + tensor.type()
                        + ", in " + FileNames.of(first) + " " + known.type());
            }
        });
    }
}
