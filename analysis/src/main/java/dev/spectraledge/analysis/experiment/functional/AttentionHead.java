package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.model.CausalTransformer;
import dev.spectraledge.trainer.model.EncoderDecoder;
import java.util.ArrayList;
import java.util.List;

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
        int layers = studied.run().config().model().layers();
        PackedSequences rows = studied.batch().sequences();
        List<AttentionHead> heads = new ArrayList<>();
        switch (studied.model()) {
            case CausalTransformer model -> {
                int[] real = labelled(studied);
                for (int layer = 0; layer < layers; layer++) {
                    Tensor attention = model.attentionProbabilities(layer);
                    heads.addAll(read("self", layer, attention, rows, real, (sequence, query) -> query + 1));
                }
            }
            case EncoderDecoder model -> {
                PackedSequences sources = studied.batch().source().sequences();
                PackedSequences visible = studied.batch().source().keys();
                int[] realSources = lengths(visible);
                int[] real = labelled(studied);
                for (int layer = 0; layer < layers; layer++) {
                    heads.addAll(read(
                            "encoder",
                            layer,
                            model.encoderAttention(layer),
                            sources,
                            realSources,
                            (sequence, query) -> visible.length(0, sequence)));
                    heads.addAll(read(
                            "decoder",
                            layer,
                            model.decoderAttention(layer),
                            rows,
                            real,
                            (sequence, query) -> query + 1));
                    heads.addAll(read(
                            "cross",
                            layer,
                            model.crossAttention(layer),
                            rows,
                            real,
                            (sequence, query) -> sources.length(0, sequence)));
                }
            }
            default ->
                throw new IllegalArgumentException("no attention is known of a "
                        + studied.model().getClass().getSimpleName());
        }
        return heads;
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
