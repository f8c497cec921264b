package dev.spectraledge.analysis.experiment;

import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.data.TokenRows;
import dev.spectraledge.trainer.model.CausalTransformer;
import dev.spectraledge.trainer.model.EncoderDecoder;
import dev.spectraledge.trainer.model.SequenceClassifier;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * The hidden states of a model on its inputs (Lifecycle §4.0). Of a causal transformer: {@code embedding}, {@code layer_i}
 * (the residual stream after block i, before the final norm) and {@code normalised} (after it). Of an encoder–decoder:
 * {@code encoder_embedding}, {@code encoder_i} and {@code memory}, whose rows are the source's tokens with the first target
 * of the answer as target, and {@code decoder_i} and {@code normalised}, whose rows are the answer's. Of a classifier of
 * sequences: {@code normalised}, a row for each sequence.
 */
public final class Representations {
    private Representations() {}

    /** All of them, in the order of the model, with the weights as they are now. */
    public static List<HiddenStates> of(StudiedModel studied) {
        return places(studied).values().stream().map(Supplier::get).toList();
    }

    /** One of them. */
    public static HiddenStates of(StudiedModel studied, String layer) {
        Supplier<HiddenStates> place = places(studied).get(layer);
        if (place == null) {
            throw new IllegalArgumentException("the model has no layer " + layer);
        }
        return place.get();
    }

    /** Where they are to be read, by name, in the order of the model. */
    private static Map<String, Supplier<HiddenStates>> places(StudiedModel studied) {
        studied.evaluate();
        PackedBatch batch = studied.batch();
        int layers = studied.run().config().model().layers();
        Places places = new Places();
        switch (studied.model()) {
            case CausalTransformer model -> {
                Tokens tokens = Tokens.labelled(studied);
                places.add("embedding", tokens, model.hidden(0));
                for (int layer = 0; layer < layers; layer++) {
                    places.add("layer_" + layer, tokens, model.hidden(layer + 1));
                }
                places.add("normalised", tokens, model.normalised());
            }
            case EncoderDecoder model -> {
                Tokens source = Tokens.ofSource(batch);
                places.add("encoder_embedding", source, model.encoderHidden(0));
                for (int layer = 0; layer < layers; layer++) {
                    places.add("encoder_" + layer, source, model.encoderHidden(layer + 1));
                }
                places.add("memory", source, model.memory());
                Tokens tokens = Tokens.labelled(studied);
                for (int layer = 0; layer < layers; layer++) {
                    places.add("decoder_" + layer, tokens, model.decoderHidden(layer + 1));
                }
                places.add("normalised", tokens, model.normalised());
            }
            case SequenceClassifier model -> places.add("normalised", Tokens.ofSequences(batch), model.normalised());
            default ->
                throw new IllegalArgumentException("no hidden states are known of a "
                        + studied.model().getClass().getSimpleName());
        }
        return places.byName;
    }

    private static final class Places {
        private final Map<String, Supplier<HiddenStates>> byName = new LinkedHashMap<>();

        void add(String layer, Tokens tokens, Tensor activation) {
            byName.put(layer, () -> tokens.states(layer, activation));
        }
    }

    /** The tokens that are looked at, and of each the row of what the model computes. */
    private record Tokens(int[] sequence, int[] position, int[] token, int[] target, int[] row) {
        /** In the order of their sequences, each counted whole. */
        static Tokens labelled(StudiedModel studied) {
            int[] sequence = IntStream.range(0, studied.sequences())
                    .flatMap(index -> IntStream.generate(() -> index).limit(studied.rows(index).length))
                    .toArray();
            int[] row = IntStream.range(0, studied.sequences())
                    .flatMap(index -> IntStream.of(studied.rows(index)))
                    .toArray();
            PackedBatch batch = studied.batch();
            return new Tokens(
                    sequence,
                    pick(batch.rows().positions(), row),
                    pick(batch.rows().tokens(), row),
                    pick(batch.targets().run(0), row),
                    row);
        }

        /** With the first target of each answer as target. */
        static Tokens ofSource(PackedBatch batch) {
            TokenRows source = batch.source();
            PackedSequences sequences = source.sequences();
            int[] row = IntStream.range(0, sequences.rows(0)).toArray();
            int[] sequence = new int[row.length];
            for (int index = 0; index < sequences.sequences(0); index++) {
                Arrays.fill(sequence, sequences.begin(0, index), sequences.begin(0, index + 1), index);
            }
            int[] first = IntStream.of(sequence)
                    .map(index -> batch.sequences().begin(0, index))
                    .toArray();
            return new Tokens(
                    sequence,
                    pick(source.positions(), row),
                    pick(source.tokens(), row),
                    pick(batch.targets().run(0), first),
                    row);
        }

        /** Each with its first token. */
        static Tokens ofSequences(PackedBatch batch) {
            int[] row = IntStream.range(0, batch.labelled().rows(0)).toArray();
            int[] first = IntStream.of(row)
                    .map(index -> batch.sequences().begin(0, index))
                    .toArray();
            return new Tokens(
                    row,
                    new int[row.length],
                    pick(batch.rows().tokens(), first),
                    pick(batch.targets().run(0), row),
                    row);
        }

        private static int[] pick(Tensor numbers, int[] rows) {
            Tensor ofRun = numbers.run(0);
            return IntStream.of(rows).map(ofRun::getInt).toArray();
        }

        HiddenStates states(String layer, Tensor activation) {
            double[][] values = new double[row.length][Math.toIntExact(activation.size(2))];
            MemorySegment segment = activation.run(0).segment();
            for (int index = 0; index < values.length; index++) {
                long offset = row[index] * activation.stride(1) * Double.BYTES;
                MemorySegment.copy(segment, ValueLayout.JAVA_DOUBLE, offset, values[index], 0, values[index].length);
            }
            return new HiddenStates(layer, sequence, position, token, target, values);
        }
    }
}
