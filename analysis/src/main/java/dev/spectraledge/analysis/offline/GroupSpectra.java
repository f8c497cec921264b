package dev.spectraledge.analysis.offline;

import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.analysis.spectrum.SpectralEdge;
import dev.spectraledge.analysis.spectrum.UpdateProducts;
import dev.spectraledge.analysis.spectrum.WindowDiagnostics;
import dev.spectraledge.trainer.io.AtomicFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The table of every group of parameters, a row for each window and group: parts of the model first ({@code attention} of
 * all layers, {@code mlp}, …), then what they consist of. What rounding alone would choose is left empty.
 */
public final class GroupSpectra {
    /** Its name in the folder of an analysis. */
    public static final String FILE_NAME = "groups.csv";

    /** Those that every table of groups begins with. */
    public static final List<String> COLUMNS = List.of(
            "step",
            "group",
            "parameters",
            "update_norm",
            "update_share",
            "sigma_1",
            "energy_1",
            "k_star",
            "gap",
            "gap_ratio",
            "g23_over_trace",
            "rotation_1",
            "window_updates",
            "stride");

    /** Those that follow; tables of earlier versions lack them. */
    public static final List<String> FURTHER = List.of("sigma_2", "sigma_3");

    private static final List<String> UNLESS_RESOLVED = List.of("k_star", "gap", "gap_ratio");

    private GroupSpectra() {}

    /** All of a table, in order. */
    public static Stream<String> columns() {
        return Stream.concat(COLUMNS.stream(), FURTHER.stream());
    }

    /** The table of groups beside one of spectra: {@code spectrum.csv} has {@value #FILE_NAME}, {@code spectrum_x.csv} {@code groups_x.csv}. */
    public static Path file(Path spectrum) {
        return spectrum.resolveSibling(spectrum.getFileName().toString().replaceFirst("^spectrum", "groups"));
    }

    private record Row(long step, int order, String text) {}

    /**
     * Writes the table, whole.
     *
     * @param window W
     * @param stride length of the updates that count; empty for all
     */
    static Path write(Path folder, CheckpointProducts products, int window, OptionalLong stride) {
        List<Row> rows = new ArrayList<>();
        int order = 0;
        int[] everything = IntStream.range(0, products.groups().size()).toArray();
        for (Map.Entry<String, int[]> group : members(products.groups()).entrySet()) {
            new UpdateWalk(
                            products,
                            group.getValue(),
                            stride,
                            new Decay(OptionalDouble.empty(), OptionalDouble.empty(), Optional.empty()))
                    .walk(
                            window,
                            new Table(products, group.getKey(), group.getValue(), everything, window, order++, rows));
        }
        rows.sort(Comparator.comparingLong(Row::step).thenComparingInt(Row::order));
        StringBuilder text = new StringBuilder(String.join(",", columns().toList())).append('\n');
        rows.forEach(row -> text.append(row.text()).append('\n'));
        Path file = folder.resolve(FILE_NAME);
        AtomicFile.write(file, text.toString());
        return file;
    }

    /** By name: parts of the model as sums over its layers, and the groups; one that has a part to itself comes once. */
    static Map<String, int[]> members(List<TensorGroup> groups) {
        Map<String, int[]> members = new LinkedHashMap<>();
        groups.forEach(group -> members.computeIfAbsent(
                group.part(),
                part -> indexes(groups, index -> groups.get(index).part().equals(part))));
        groups.forEach(group -> members.computeIfAbsent(
                group.name(),
                name -> indexes(groups, index -> groups.get(index).name().equals(name))));
        return members;
    }

    private static int[] indexes(List<TensorGroup> groups, IntPredicate wanted) {
        return IntStream.range(0, groups.size()).filter(wanted).toArray();
    }

    /** Rows of one group. */
    private static final class Table implements UpdateWalk.Receiver {
        private final CheckpointProducts products;
        private final String name;
        private final int[] everything;
        private final long parameters;
        private final int order;
        private final List<Row> rows;
        private final ProductHistory history;
        private final WindowDiagnostics diagnostics;
        private final List<String> columns;

        Table(
                CheckpointProducts products,
                String name,
                int[] members,
                int[] everything,
                int window,
                int order,
                List<Row> rows) {
            this.products = products;
            // Names are those of tensors, which a stranger chose, and become cells.
            this.name = name.replaceAll("[,\"\\p{Cntrl}]", "_");
            this.everything = everything;
            parameters = IntStream.of(members)
                    .mapToLong(index -> products.groups().get(index).parameters())
                    .sum();
            this.order = order;
            this.rows = rows;
            history = UpdateWalk.history(window);
            diagnostics = new WindowDiagnostics(window, parameters);
            columns = WindowDiagnostics.columns(window);
        }

        @Override
        public ProductHistory history() {
            return history;
        }

        @Override
        public void startWindow() {
            history.clear();
        }

        @Override
        public void append(long step, long interval, UpdateProducts update) {
            double square = update.updates[history.survivors()];
            history.append(update);
            if (!WindowDiagnostics.isDefined(history)) {
                return;
            }
            diagnostics.compute(history);
            boolean resolved = SpectralEdge.isResolved(diagnostics.spectrum());
            List<String> cells = new ArrayList<>();
            for (String column : GroupSpectra.columns().toList()) {
                cells.add(
                        switch (column) {
                            case "step" -> Long.toString(step);
                            case "group" -> name;
                            case "parameters" -> Long.toString(parameters);
                            case "update_share" -> cell(square / squareOfAll(step));
                            case "stride" -> Long.toString(interval);
                            // Windows of two updates have no third singular value.
                            default ->
                                columns.contains(column) && (resolved || !UNLESS_RESOLVED.contains(column))
                                        ? cell(diagnostics.value(columns.indexOf(column)))
                                        : "";
                        });
            }
            rows.add(new Row(step, order, String.join(",", cells)));
        }

        /** ‖Δ‖² over all groups. */
        private double squareOfAll(long step) {
            int update = products.steps().indexOf(step) - 1;
            double sum = 0;
            for (int group : everything) {
                sum += products.product(group, update, 0);
            }
            return sum;
        }

        private static String cell(double value) {
            if (Double.isNaN(value)) {
                return "";
            }
            return value == Math.rint(value) && Math.abs(value) < 1e15
                    ? Long.toString((long) value)
                    : Double.toString(value);
        }
    }
}
