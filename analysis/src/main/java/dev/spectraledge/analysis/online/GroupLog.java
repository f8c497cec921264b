package dev.spectraledge.analysis.online;

import dev.spectraledge.analysis.offline.GroupSpectra;
import dev.spectraledge.analysis.spectrum.DecaySource;
import dev.spectraledge.analysis.spectrum.ProductHistory;
import dev.spectraledge.analysis.spectrum.SpectralEdge;
import dev.spectraledge.analysis.spectrum.UpdateProducts;
import dev.spectraledge.analysis.spectrum.WindowDiagnostics;
import dev.spectraledge.trainer.io.CsvTable;
import dev.spectraledge.trainer.io.ExistingRows;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The table of every group of the watched parameters of one run: the columns of {@link GroupSpectra}, a row for each window and
 * group, and gradient and decay along the leading directions of each. What rounding alone would choose is left empty.
 */
final class GroupLog implements ObserverTable {
    private static final List<String> SHARES = List.of(
            "gradient_share_1",
            "gradient_share_2",
            "gradient_share_3",
            "decay_share_1",
            "decay_share_2",
            "decay_share_3");

    private final CsvTable table;
    private final List<String> columns;
    private final Watched[] groups;

    /** One group: its products and what its windows say. */
    private static final class Watched {
        private final WatchedPieces.Group group;
        private final ProductHistory history;
        private final WindowDiagnostics diagnostics;
        private final UpdateProducts products;
        /** Of each column; −1 where it is none of the diagnostics. */
        private final int[] places;

        private MemorySegment state;

        Watched(WatchedPieces.Group group, int window, List<ProductHistory> pieces, List<String> columns) {
            this.group = group;
            boolean split = pieces.getFirst().exact() != null;
            history = split
                    ? new ProductHistory(window, pieces, group.weights())
                    : new ProductHistory(window, DecaySource.NONE);
            diagnostics = new WindowDiagnostics(window, group.parameters());
            products = new UpdateProducts(window);
            List<String> names = WindowDiagnostics.columns(window);
            places = columns.stream().mapToInt(names::indexOf).toArray();
        }
    }

    /**
     * Opens the table.
     *
     * @param pieces histories of the pieces of the parameters
     */
    GroupLog(
            Path file,
            int window,
            List<WatchedPieces.Group> groups,
            List<ProductHistory> pieces,
            ExistingRows existing) {
        columns = Stream.concat(GroupSpectra.columns(), SHARES.stream()).toList();
        table = new CsvTable(
                file, columns, groups.stream().map(WatchedPieces.Group::name).toList(), existing);
        List<Watched> watched = new ArrayList<>();
        groups.forEach(group -> watched.add(new Watched(group, window, pieces, columns)));
        this.groups = watched.toArray(Watched[]::new);
    }

    /**
     * Takes a new update, and writes the rows of the windows that it ends, from the second update on.
     *
     * @param pieces its products in each piece, whose histories have taken it already
     * @param square ‖Δ‖² of all watched parameters
     */
    void append(long step, long stride, UpdateProducts[] pieces, double square) {
        for (int index = 0; index < groups.length; index++) {
            Watched watched = groups[index];
            int survivors = watched.history.survivors();
            UpdateProducts products = watched.products;
            products.clear();
            for (int piece = 0; piece < pieces.length; piece++) {
                double weight = watched.group.weights()[piece];
                if (weight != 0) {
                    products.add(pieces[piece], survivors, weight);
                }
            }
            products.learningRate = pieces[0].learningRate;
            products.decayFactor = Double.NaN;
            double own = products.updates[survivors];
            watched.history.append(products);
            if (WindowDiagnostics.isDefined(watched.history)) {
                write(step, stride, index, own / square);
            }
        }
    }

    private void write(long step, long stride, int index, double share) {
        Watched watched = groups[index];
        watched.diagnostics.compute(watched.history);
        boolean resolved = SpectralEdge.isResolved(watched.diagnostics.spectrum());
        table.begin(step);
        for (int column = 1; column < columns.size(); column++) {
            table.set(
                    column,
                    switch (columns.get(column)) {
                        case "group" -> index;
                        case "parameters" -> (double) watched.group.parameters();
                        case "update_share" -> share;
                        case "stride" -> (double) stride;
                        case "k_star", "gap", "gap_ratio" ->
                            resolved ? watched.diagnostics.value(watched.places[column]) : Double.NaN;
                        default ->
                            watched.places[column] < 0 ? Double.NaN : watched.diagnostics.value(watched.places[column]);
                    });
        }
        table.commit();
    }

    /** Doubles that {@link #save} writes. */
    int stateLength() {
        int length = 0;
        for (Watched watched : groups) {
            length += watched.history.stateLength();
        }
        return length;
    }

    /** Says where {@link #save} writes and {@link #restore} reads: {@link #stateLength} doubles. */
    void keepIn(MemorySegment state) {
        long begin = 0;
        for (Watched watched : groups) {
            long bytes = (long) watched.history.stateLength() * Double.BYTES;
            watched.state = state.asSlice(begin, bytes);
            begin += bytes;
        }
    }

    /** Writes everything that goes on to the next update. */
    void save() {
        for (Watched watched : groups) {
            watched.history.save(watched.state);
        }
    }

    /** Takes up what {@link #save} wrote. */
    void restore() {
        for (Watched watched : groups) {
            watched.history.restore(watched.state);
        }
    }

    @Override
    public void flush() {
        table.flush();
    }

    @Override
    public void rewindTo(long step) {
        table.rewindTo(step);
    }

    @Override
    public void close() {
        table.close();
    }
}
