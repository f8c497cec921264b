package dev.spectraledge.analysis.offline;

import dev.spectraledge.trainer.io.Resources;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells from a tensor's name what it is part of, by a table of the names that programs give (tensor-names.tsv). */
public final class TensorNames {
    private static final String BIASES = "biases";
    private static final List<Row> ROWS = Resources.text(TensorNames.class, "tensor-names.tsv")
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(Row::of)
            .toList();
    /** Up to the first number, which that of a layer is. */
    private static final Pattern LAYER = Pattern.compile("^(?:[^.]+\\.)*?\\d+(?=\\.)");

    private TensorNames() {}

    private record Row(TensorPart part, int leastAxes, Pattern pattern) {
        static Row of(String line) {
            String[] cells = line.split("\t", -1);
            int leastAxes = cells[1].equals("any") ? 0 : Integer.parseInt(cells[1].replace("+", ""));
            return new Row(TensorPart.valueOf(cells[0].toUpperCase(Locale.ROOT)), leastAxes, Pattern.compile(cells[2]));
        }

        boolean fits(String name, int axes) {
            return axes >= leastAxes && pattern.matcher(name).find();
        }
    }

    /** What a tensor with so many axes is part of. */
    static TensorPart part(String name, int axes) {
        return ROWS.stream()
                .filter(row -> row.fits(name, axes))
                .findFirst()
                .map(Row::part)
                .orElse(TensorPart.OTHER);
    }

    /** What tables sum a tensor up in; biases are a part of their own, so that matrices without them are sums of parts. */
    public static String partOf(String name, int axes) {
        TensorPart part = part(name, axes);
        boolean ofMatrix = part != TensorPart.NORMS && part != TensorPart.OTHER;
        return ofMatrix && axes < 2 ? BIASES : part.key();
    }

    /** The group of a tensor: attention, MLP and other tensors of a layer, the part of all others. */
    public static String groupOf(String name, int axes) {
        String part = partOf(name, axes);
        String layer = layer(name);
        boolean byLayer = part.equals(TensorPart.ATTENTION.key())
                || part.equals(TensorPart.MLP.key())
                || part.equals(TensorPart.OTHER.key());
        return byLayer && !layer.isEmpty() ? layer + "." + part : part;
    }

    /** The layer that a tensor is in, such as {@code transformer.h.0}; empty for one in no layer. */
    static String layer(String name) {
        Matcher layer = LAYER.matcher(name);
        return layer.find() ? layer.group() : "";
    }
}
