package dev.spectraledge.analysis.pretrained;

import dev.spectraledge.analysis.checkpoint.Checkpoint;
import dev.spectraledge.analysis.checkpoint.StoredTensor;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.model.GptArchitecture;
import dev.spectraledge.trainer.model.TransformerShape;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A language model of Hugging Face's, GPT-2, GPT-NeoX or Llama without grouped queries: {@code config.json} and weights in
 * any form that {@link Checkpoint} reads. When it is open, all its names and shapes have been found.
 */
public final class PretrainedGpt implements AutoCloseable {
    private static final String TYPE = "model_type";

    private final Checkpoint checkpoint;
    private final ModelFamily family;
    private final GptArchitecture architecture;
    private final Map<Correspondence, StoredTensor> tensors = new LinkedHashMap<>();

    private PretrainedGpt(Checkpoint checkpoint, ModelFamily family, ModelSettings settings) {
        this.checkpoint = checkpoint;
        this.family = family;
        architecture = family.architecture(settings);
        if (architecture.shape().layers() > checkpoint.tensors().size()) {
            throw new RunException(
                    checkpoint.path() + ": has " + checkpoint.tensors().size() + " tensors, too few for "
                            + architecture.shape().layers() + " layers");
        }
        find();
    }

    /**
     * Opens a folder with {@code config.json} and weights, or a file of weights beside such a file.
     *
     * @throws RunException with one line if it is no such model, or a tensor is missing, of another shape, or unknown
     */
    public static PretrainedGpt open(Path path) {
        Path folder = Files.isDirectory(path) ? path : path.toAbsolutePath().getParent();
        ModelSettings settings = ModelSettings.read(folder);
        settings.require(TYPE);
        String type = settings.oneOf(
                TYPE, "", ModelFamily.ALL.stream().map(ModelFamily::type).toList());
        ModelFamily family = ModelFamily.ALL.stream()
                .filter(known -> known.type().equals(type))
                .findFirst()
                .orElseThrow();
        Checkpoint checkpoint = Checkpoint.open(path);
        try {
            return new PretrainedGpt(checkpoint, family, settings);
        } catch (RuntimeException refused) {
            checkpoint.close();
            throw refused;
        }
    }

    /** Finds every tensor, and that there are no others. */
    private void find() {
        Map<String, StoredTensor> stored = new LinkedHashMap<>();
        checkpoint.tensors().forEach((name, tensor) -> stored.put(withoutPrefix(name), tensor));
        Set<String> known = new HashSet<>();
        for (Correspondence needed : family.correspondences(architecture)) {
            String name = withoutPrefix(needed.theirs());
            StoredTensor tensor = stored.get(name);
            if (tensor == null) {
                throw new RunException(checkpoint.path() + ": has no tensor '" + needed.theirs() + "'");
            }
            require(needed, tensor);
            tensors.put(needed, tensor);
            known.add(name);
        }
        stored.forEach((name, tensor) -> {
            if (!known.contains(name) && !family.buffers().matcher(name).matches() && !isTiedHead(tensor, stored)) {
                throw new RunException(checkpoint.path() + ": has a tensor '" + Printable.value(tensor.name())
                        + "', which no model of this kind has with "
                        + architecture.shape().layers() + " layers");
            }
        });
    }

    private String withoutPrefix(String name) {
        return name.startsWith(family.prefix()) ? name.substring(family.prefix().length()) : name;
    }

    private void require(Correspondence needed, StoredTensor tensor) {
        if (!tensor.type().isFloating()) {
            throw new RunException(checkpoint.path() + ": tensor '" + needed.theirs() + "' holds " + tensor.type()
                    + ", needed are floating-point numbers");
        }
        List<Long> shape = Arrays.stream(needed.shape()).boxed().toList();
        if (!tensor.shape().equals(shape)) {
            throw new RunException(checkpoint.path() + ": tensor '" + needed.theirs() + "' has shape " + tensor.shape()
                    + ", needed is " + shape);
        }
    }

    /** A head that is the table of tokens may stand in a file once more. */
    private boolean isTiedHead(StoredTensor tensor, Map<String, StoredTensor> stored) {
        return architecture.style().tiedHead()
                && tensor.name().equals(family.headName())
                && Optional.ofNullable(stored.get(tokenTable()))
                        .filter(table -> table.type() == tensor.type()
                                && table.shape().equals(tensor.shape())
                                && table.data().mismatch(tensor.data()) < 0)
                        .isPresent();
    }

    private String tokenTable() {
        return withoutPrefix(family.correspondences(architecture).getFirst().theirs());
    }

    /** {@code gpt2}, {@code gpt_neox} or {@code llama}. */
    public String family() {
        return family.type();
    }

    /** The model, whose context is all its positions. */
    public GptArchitecture architecture() {
        return architecture;
    }

    /**
     * The model for sequences of some length.
     *
     * @throws RunException with one line if it has fewer positions
     */
    public GptArchitecture architecture(int contextLength) {
        TransformerShape whole = architecture.shape();
        if (contextLength > whole.positions()) {
            throw new RunException(checkpoint.path() + ": a context of " + contextLength + " tokens is longer than the "
                    + whole.positions() + " positions of the model");
        }
        return new GptArchitecture(
                new TransformerShape(
                        whole.vocabulary(),
                        whole.classes(),
                        contextLength,
                        whole.positions(),
                        whole.layers(),
                        whole.width(),
                        whole.heads(),
                        whole.feedForwardWidth(),
                        whole.gelu()),
                architecture.style());
    }

    /**
     * Fills the tensors of a model.
     *
     * @param targets all of {@link GptArchitecture#layout}, contiguous and on the host
     * @throws RunException with one line if a weight is not finite in their type
     */
    public void load(Map<String, Tensor> targets) {
        Map<String, Tensor> flat = targets.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        named -> named.getValue().reshape(named.getValue().elements())));
        tensors.forEach((place, tensor) -> load(place, tensor, flat.get(place.ours())));
    }

    private void load(Correspondence place, StoredTensor tensor, Tensor target) {
        for (long index = 0; index < place.elements(); index++) {
            double value = tensor.type().real(tensor.data(), index);
            long to = place.ourElement(index);
            target.set(value, to);
            if (!Double.isFinite(target.get(to))) {
                throw new RunException(checkpoint.path() + ": tensor '" + place.theirs() + "' holds " + value
                        + " as element " + index + ", which is not finite as " + target.type());
            }
        }
    }

    @Override
    public void close() {
        checkpoint.close();
    }
}
