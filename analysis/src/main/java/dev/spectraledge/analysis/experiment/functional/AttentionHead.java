package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What one head attends to.
 *
 * @param kind {@code self} of a causal transformer; {@code encoder}, {@code decoder} or {@code cross} of an encoder–decoder
 * @param name such as {@code L1H3}
 * @param positions of keys, those included that no query sees
 * @param weights {@code [sequence][query]}, of each query those of the keys that it sees, which are the first ones
 * @param realQueries of each sequence: so many of its first queries are no padding
 */
@SuppressWarnings("ArrayRecordComponent")
record AttentionHead(String kind, String name, int positions, double[][][] weights, int[] realQueries) {

    /** By kind, the name of what a layer attends to. */
    private static final Map<String, String> PLACES = new LinkedHashMap<>();

    static {
        PLACES.put("self", "blocks.%d.attn.pattern");
        PLACES.put("encoder", "encoder.%d.attn.pattern");
        PLACES.put("decoder", "decoder.%d.attn.pattern");
        PLACES.put("cross", "decoder.%d.cross_attn.pattern");
    }

    /** Which keys a query sees. */
    interface Visibility {
        int keys(int sequence, int query);
    }

    /**
     * All heads of a model, with the weights as they are now.
     *
     * @param studied with a row for each token
     */
    static List<AttentionHead> of(StudiedModel studied) {
        studied.evaluate();
        Set<String> names = studied.places().names();
        List<AttentionHead> heads = new ArrayList<>();
        for (int layer = 0; layer < studied.run().config().model().layers(); layer++) {
            for (Map.Entry<String, String> kind : PLACES.entrySet()) {
                String place = String.format(Locale.ROOT, kind.getValue(), layer);
                if (names.contains(place)) {
                    heads.addAll(read(studied, kind.getKey(), layer, place));
                }
            }
        }
        if (heads.isEmpty()) {
            throw new IllegalArgumentException("no attention is known of a model with " + names);
        }
        return heads;
    }

    private static List<AttentionHead> read(StudiedModel studied, String kind, int layer, String place) {
        Tensor attention = studied.places().get(place).values();
        PackedSequences rows = studied.batch().sequences();
        if (kind.equals("self") || kind.equals("decoder")) {
            return read(kind, layer, attention, rows, labelled(studied), (sequence, query) -> query + 1);
        }
        PackedSequences sources = studied.batch().source().sequences();
        if (kind.equals("cross")) {
            return read(
                    kind, layer, attention, rows, labelled(studied), (sequence, query) -> sources.length(0, sequence));
        }
        PackedSequences visible = studied.batch().source().keys();
        return read(
                kind, layer, attention, sources, lengths(visible), (sequence, query) -> visible.length(0, sequence));
    }

    static int[] lengths(PackedSequences sequences) {
        int[] lengths = new int[sequences.sequences(0)];
        for (int sequence = 0; sequence < lengths.length; sequence++) {
            lengths[sequence] = sequences.length(0, sequence);
        }
        return lengths;
    }

    /** Of each sequence the rows up to the last one with a target. */
    static int[] labelled(StudiedModel studied) {
        PackedSequences sequences = studied.batch().sequences();
        Tensor targets = studied.batch().targets().run(0).run(0);
        int[] lengths = lengths(sequences);
        for (int sequence = 0; sequence < lengths.length; sequence++) {
            int begin = sequences.begin(0, sequence);
            while (lengths[sequence] > 0 && targets.getInt(begin + lengths[sequence] - 1L) < 0) {
                lengths[sequence]--;
            }
        }
        return lengths;
    }

    /** Reads {@code attention [1, capacity, heads, positions]}. */
    static List<AttentionHead> read(
            String kind, int layer, Tensor attention, PackedSequences queries, int[] real, Visibility visibility) {
        int heads = Math.toIntExact(attention.size(2));
        int positions = Math.toIntExact(attention.size(3));
        Tensor rows = attention.at(0);
        List<AttentionHead> read = new ArrayList<>();
        for (int head = 0; head < heads; head++) {
            double[][][] weights = new double[queries.sequences(0)][][];
            for (int sequence = 0; sequence < weights.length; sequence++) {
                int begin = queries.begin(0, sequence);
                weights[sequence] = new double[queries.length(0, sequence)][];
                for (int query = 0; query < weights[sequence].length; query++) {
                    double[] row = new double[visibility.keys(sequence, query)];
                    for (int key = 0; key < row.length; key++) {
                        row[key] = rows.get(begin + query, head, key);
                    }
                    weights[sequence][query] = row;
                }
            }
            read.add(new AttentionHead(kind, "L" + layer + "H" + head, positions, weights, real));
        }
        return read;
    }

    /** Whether queries see only what comes before them. */
    boolean isCausal() {
        return kind.equals("self") || kind.equals("decoder");
    }

    /** Ā[query][key]: the mean over all sequences that have the query, padding included; keys not seen count as zero. */
    double[][] meanPattern() {
        int queries = 0;
        for (double[][] sequence : weights) {
            queries = Math.max(queries, sequence.length);
        }
        double[][] mean = new double[queries][positions];
        for (int query = 0; query < queries; query++) {
            int count = 0;
            for (double[][] sequence : weights) {
                if (query < sequence.length) {
                    count++;
                    for (int key = 0; key < sequence[query].length; key++) {
                        mean[query][key] += sequence[query][key];
                    }
                }
            }
            for (int key = 0; key < positions; key++) {
                mean[query][key] /= count;
            }
        }
        return mean;
    }
}
