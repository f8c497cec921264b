package dev.spectraledge.analysis.experiment;

import dev.spectraledge.kernels.PackedSequences;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.data.TokenRows;
import dev.spectraledge.trainer.model.Places;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The hidden states of a model on its inputs (Lifecycle §4.0). Of a causal transformer: {@code embedding}, {@code layer_i}
 * (the residual stream after block i, before the final norm) and {@code normalised} (after it). Of an encoder–decoder:
 * {@code encoder_embedding}, {@code encoder_i} and {@code memory}, whose rows are the source's tokens with the first target
 * of the answer as target, and {@code decoder_i} and {@code normalised}, whose rows are the answer's. Of a classifier of
 * sequences: the last {@code layer_i} and {@code normalised}, a row for each sequence.
 */
public final class Representations {
    private static final Pattern STREAM =
            Pattern.compile("(?<stack>blocks|encoder|decoder)\\.(?<layer>\\d+)\\.resid_(?<side>pre|post)");
    /** The decoder's is not looked at. */
    private static final Map<String, String> EMBEDDED = Map.of("blocks", "embedding", "encoder", "encoder_embedding");

    private static final Map<String, String> NORMALISED =
            Map.of(Places.FINAL_NORM, "normalised", "encoder_final_ln.normalized", "memory");

    private Representations() {}

    /** All of them, in the order of the model, with the weights as they are now. */
    public static List<HiddenStates> of(StudiedModel studied) {
        studied.evaluate();
        return titles(studied).entrySet().stream()
                .map(entry -> states(studied, entry.getKey(), entry.getValue()))
                .toList();
    }

    /** One of them. */
    public static HiddenStates of(StudiedModel studied, String layer) {
        String place = titles(studied).get(layer);
        if (place == null) {
            throw new IllegalArgumentException("the model has no layer " + layer);
        }
        studied.evaluate();
        return states(studied, layer, place);
    }

    /** Names of places by those that findings have for them, in the order of the model. */
    private static Map<String, String> titles(StudiedModel studied) {
        Map<String, String> titles = new LinkedHashMap<>();
        for (String place : studied.places().names()) {
            title(place).ifPresent(title -> titles.put(title, place));
        }
        return titles;
    }

    private static Optional<String> title(String place) {
        Matcher stream = STREAM.matcher(place);
        if (!stream.matches()) {
            return Optional.ofNullable(NORMALISED.get(place));
        }
        String stack = stream.group("stack");
        return switch (stream.group("side")) {
            case "post" -> Optional.of((stack.equals("blocks") ? "layer" : stack) + "_" + stream.group("layer"));
            default -> stream.group("layer").equals("0") ? Optional.ofNullable(EMBEDDED.get(stack)) : Optional.empty();
        };
    }

    private static HiddenStates states(StudiedModel studied, String layer, String name) {
        Places.Place place = studied.places().get(name);
        Tokens tokens = switch (place.rows()) {
            case TOKENS -> Tokens.labelled(studied);
            case SOURCES -> Tokens.ofSource(studied.batch());
            case SEQUENCES -> Tokens.ofSequences(studied.batch());
        };
        return tokens.states(layer, place.values());
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
