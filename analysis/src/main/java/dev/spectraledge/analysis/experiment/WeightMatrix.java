package dev.spectraledge.analysis.experiment;

import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterGroup;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.ParameterSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One of the matrices inside the blocks of a model: a contiguous piece of the flat parameter vector. The packed projection
 * to queries, keys and values is three of them.
 *
 * @param block the name that its parameters begin with
 * @param kind {@code W_Q}, {@code W_K}, {@code W_V}, {@code W_O}, {@code W_up} or {@code W_down}; those of cross-attention
 *     begin with X
 * @param offset of the first element in the flat vector
 */
public record WeightMatrix(String block, String kind, long offset, int rows, int columns) {
    public static final String QUERY = "W_Q";
    public static final String KEY = "W_K";

    private static final String PACKED = "in_proj_weight";
    private static final List<String> PROJECTIONS = List.of(QUERY, KEY, "W_V");
    private static final Map<String, String> OTHERS =
            Map.of("out_proj.weight", "W_O", "linear1.weight", "W_up", "linear2.weight", "W_down");

    /** All of a model, block by block. */
    public static List<WeightMatrix> of(ParameterLayout layout) {
        List<WeightMatrix> matrices = new ArrayList<>();
        for (ParameterSpec spec : layout.specs()) {
            if (spec.group() != ParameterGroup.OTHER) {
                add(spec, layout.offset(spec.name()), matrices);
            }
        }
        return List.copyOf(matrices);
    }

    /** Those of one block of the model's last stack: of its only one, or of the decoder. */
    public static List<WeightMatrix> ofLastStack(ParameterLayout layout, int layer) {
        List<WeightMatrix> all = of(layout);
        String lastBlock = all.getLast().block();
        String block = lastBlock.substring(0, lastBlock.lastIndexOf('.') + 1) + layer;
        return all.stream().filter(matrix -> matrix.block().equals(block)).toList();
    }

    private static void add(ParameterSpec spec, long offset, List<WeightMatrix> matrices) {
        String name = spec.name();
        String module = name.contains("_attn.") ? name.substring(0, name.indexOf("_attn.")) : name;
        String prefix = module.endsWith("multihead") ? "X" : "";
        String block = name.substring(0, name.indexOf('.', name.indexOf(".layers.") + ".layers.".length()));
        int columns = Math.toIntExact(spec.shape()[1]);
        int rows = Math.toIntExact(spec.shape()[0]);
        if (name.endsWith(PACKED)) {
            int each = rows / PROJECTIONS.size();
            for (int index = 0; index < PROJECTIONS.size(); index++) {
                long begin = offset + (long) index * each * columns;
                matrices.add(new WeightMatrix(block, prefix + PROJECTIONS.get(index), begin, each, columns));
            }
        } else {
            String kind = OTHERS.entrySet().stream()
                    .filter(other -> name.endsWith(other.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no matrix of a block is named " + name));
            matrices.add(new WeightMatrix(block, prefix + kind, offset, rows, columns));
        }
    }

    /** The one of a kind; throws an IllegalArgumentException if there is none. */
    public static WeightMatrix named(List<WeightMatrix> matrices, String kind) {
        return matrices.stream()
                .filter(matrix -> matrix.kind().equals(kind))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no matrix " + kind + " among " + matrices));
    }

    public long elements() {
        return (long) rows * columns;
    }

    /** For items of findings: block and kind, with a stroke between them. */
    public String item() {
        return block + "/" + kind;
    }

    /** {@code [1, elements]} of a flat vector {@code [1, P]}. */
    public Tensor piece(Tensor flat) {
        return flat.slice(1, offset, offset + elements());
    }

    /** {@code [rows, columns]} of a flat vector {@code [1, P]}. */
    public Tensor matrix(Tensor flat) {
        return piece(flat).reshape(rows, columns);
    }
}
