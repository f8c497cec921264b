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
import java.util.ArrayList;
import java.util.List;

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
        studied.evaluate();
        PackedBatch batch = studied.batch();
        int layers = studied.run().config().model().layers();
        List<HiddenStates> states = new ArrayList<>();
        switch (studied.model()) {
            case CausalTransformer model -> {
                Tokens tokens = Tokens.labelled(batch);
                states.add(tokens.states("embedding", model.hidden(0)));
                for (int layer = 0; layer < layers; layer++) {
                    states.add(tokens.states("layer_" + layer, model.hidden(layer + 1)));
                }
                states.add(tokens.states("normalised", model.normalised()));
            }
            case EncoderDecoder model -> {
                Tokens source = Tokens.ofSource(batch);
                states.add(source.states("encoder_embedding", model.encoderHidden(0)));
                for (int layer = 0; layer < layers; layer++) {
                    states.add(source.states("encoder_" + layer, model.encoderHidden(layer + 1)));
                }
                states.add(source.states("memory", model.memory()));
                Tokens tokens = Tokens.labelled(batch);
                for (int layer = 0; layer < layers; layer++) {
                    states.add(tokens.states("decoder_" + layer, model.decoderHidden(layer + 1)));
                }
                states.add(tokens.states("normalised", model.normalised()));
            }
            case SequenceClassifier model ->
                states.add(Tokens.ofSequences(batch).states("normalised", model.normalised()));
            default ->
                throw new IllegalArgumentException("no hidden states are known of a "
                        + studied.model().getClass().getSimpleName());
        }
        return states;
    }

    /** One of them. */
    public static HiddenStates of(StudiedModel studied, String layer) {
        return of(studied).stream()
                .filter(states -> states.layer().equals(layer))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the model has no layer " + layer));
    }

    /** Which token each row is. */
    private record Tokens(int[] sequence, int[] position, int[] token, int[] target) {
        static Tokens labelled(PackedBatch batch) {
            Tokens tokens = of(batch.rows());
            read(batch.targets().run(0), tokens.target);
            return tokens;
        }

        static Tokens ofSource(PackedBatch batch) {
            Tokens tokens = of(batch.source());
            int[] targets = new int[batch.sequences().rows(0)];
            read(batch.targets().run(0), targets);
            for (int row = 0; row < tokens.target.length; row++) {
                tokens.target[row] = targets[batch.sequences().begin(0, tokens.sequence[row])];
            }
            return tokens;
        }

        static Tokens ofSequences(PackedBatch batch) {
            int count = batch.labelled().rows(0);
            Tokens tokens = new Tokens(new int[count], new int[count], new int[count], new int[count]);
            int[] all = new int[batch.sequences().rows(0)];
            read(batch.rows().tokens(), all);
            for (int row = 0; row < count; row++) {
                tokens.sequence[row] = row;
                tokens.token[row] = all[batch.sequences().begin(0, row)];
            }
            read(batch.targets().run(0), tokens.target);
            return tokens;
        }

        private static Tokens of(TokenRows rows) {
            PackedSequences sequences = rows.sequences();
            int count = sequences.rows(0);
            Tokens tokens = new Tokens(new int[count], new int[count], new int[count], new int[count]);
            for (int index = 0; index < sequences.sequences(0); index++) {
                int begin = sequences.begin(0, index);
                for (int row = begin; row < begin + sequences.length(0, index); row++) {
                    tokens.sequence[row] = index;
                }
            }
            read(rows.positions(), tokens.position);
            read(rows.tokens(), tokens.token);
            return tokens;
        }

        private static void read(Tensor numbers, int[] target) {
            MemorySegment.copy(numbers.run(0).segment(), ValueLayout.JAVA_INT, 0, target, 0, target.length);
        }

        HiddenStates states(String layer, Tensor activation) {
            double[][] values = new double[sequence.length][Math.toIntExact(activation.size(2))];
            MemorySegment segment = activation.run(0).segment();
            for (int row = 0; row < values.length; row++) {
                long offset = row * activation.stride(1) * Double.BYTES;
                MemorySegment.copy(segment, ValueLayout.JAVA_DOUBLE, offset, values[row], 0, values[row].length);
            }
            return new HiddenStates(layer, sequence, position, token, target, values);
        }
    }
}
