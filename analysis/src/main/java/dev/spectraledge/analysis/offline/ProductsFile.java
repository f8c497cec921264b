package dev.spectraledge.analysis.offline;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Keeps {@link CheckpointProducts} as a safetensors file of one tensor {@code products}, FLOAT64 {@code [groups, updates, A + 1]},
 * whose metadata name groups, steps and what each checkpoint was read from.
 */
public final class ProductsFile {
    /** The usual name, in the folder of an analysis. */
    public static final String NAME = "products.safetensors";

    private static final String PRODUCTS = "products";
    private static final String DESCRIPTION = "description";
    private static final String FORMAT = "format";
    /** Changes when products of an earlier program would not be those of this one. */
    private static final String THIS_FORMAT = "checkpoint products 3";

    private ProductsFile() {}

    /** Writes the file, whole or not at all; products of no update are not worth one. */
    public static void write(Path file, CheckpointProducts products) {
        if (products.updates() == 0) {
            return;
        }
        try (MemoryOwner owner = MemoryOwner.open("products of checkpoints")) {
            int groups = products.groups().size();
            Tensor values = Tensor.allocate(owner, DType.FLOAT64, groups, products.updates(), products.ages() + 1L);
            long index = 0;
            for (int group = 0; group < groups; group++) {
                for (double value : products.ofGroup(group)) {
                    values.segment().setAtIndex(ValueLayout.JAVA_DOUBLE, index++, value);
                }
            }
            Map<String, Object> description = new LinkedHashMap<>();
            description.put("steps", products.steps());
            description.put("fingerprints", products.fingerprints());
            description.put(
                    "learning_rates",
                    Arrays.stream(products.learningRates())
                            .mapToObj(rate -> Double.isNaN(rate) ? null : (Double) rate)
                            .toList());
            description.put(
                    "first_squares",
                    Arrays.stream(products.firstSquares()).boxed().toList());
            description.put(
                    "groups",
                    products.groups().stream().map(ProductsFile::described).toList());
            SafetensorsWriter.write(
                    file,
                    Map.of(PRODUCTS, values),
                    Map.of(FORMAT, THIS_FORMAT, DESCRIPTION, Json.compact(description)));
        }
    }

    private static Map<String, Object> described(TensorGroup group) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("name", group.name());
        described.put("part", group.part());
        described.put("selected", group.selected());
        described.put("tensors", group.tensors());
        described.put("parameters", group.parameters());
        return described;
    }

    /** What the file holds; empty where there is none, or none that can be read: products can be computed again. */
    public static Optional<CheckpointProducts> read(Path file) {
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (SafetensorsFile open = SafetensorsFile.open(file)) {
            return THIS_FORMAT.equals(open.metadata().get(FORMAT)) ? Optional.of(read(open)) : Optional.empty();
        } catch (RunException | ClassCastException | NullPointerException damaged) {
            return Optional.empty();
        }
    }

    private static CheckpointProducts read(SafetensorsFile open) {
        Map<String, Object> description =
                Json.parseObject(open.metadata().get(DESCRIPTION), open.path().toString());
        List<TensorGroup> groups = new ArrayList<>();
        for (Object entry : (List<?>) description.get("groups")) {
            Map<?, ?> group = (Map<?, ?>) entry;
            groups.add(new TensorGroup(
                    (String) group.get("name"),
                    (String) group.get("part"),
                    (Boolean) group.get("selected"),
                    ((List<?>) group.get("tensors"))
                            .stream().map(String.class::cast).toList(),
                    ((Number) group.get("parameters")).longValue()));
        }
        List<Long> steps = ((List<?>) description.get("steps"))
                .stream().map(step -> ((Number) step).longValue()).toList();
        List<String> fingerprints = ((List<?>) description.get("fingerprints"))
                .stream().map(String.class::cast).toList();
        double[] learningRates = ((List<?>) description.get("learning_rates"))
                .stream()
                        .mapToDouble(rate -> rate == null ? Double.NaN : ((Number) rate).doubleValue())
                        .toArray();
        double[] firstSquares = ((List<?>) description.get("first_squares"))
                .stream().mapToDouble(square -> ((Number) square).doubleValue()).toArray();
        long[] shape = open.shape(PRODUCTS);
        if (shape.length != 3
                || shape[0] != groups.size()
                || shape[1] != steps.size() - 1
                || fingerprints.size() != steps.size()
                || learningRates.length != steps.size()
                || firstSquares.length != groups.size()) {
            throw new RunException(open.path() + ": its products do not fit their description");
        }
        double[][] products = new double[groups.size()][];
        MemorySegment data = open.data(PRODUCTS);
        long length = shape[1] * shape[2] * Double.BYTES;
        for (int group = 0; group < products.length; group++) {
            products[group] = data.asSlice(group * length, length).toArray(ValueLayout.JAVA_DOUBLE_UNALIGNED);
        }
        return new CheckpointProducts(
                groups, (int) shape[2] - 1, steps, fingerprints, learningRates, products, firstSquares);
    }
}
