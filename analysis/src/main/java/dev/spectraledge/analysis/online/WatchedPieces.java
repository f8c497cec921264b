package dev.spectraledge.analysis.online;

import dev.spectraledge.analysis.offline.TensorNames;
import dev.spectraledge.trainer.ParameterGroup;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.model.ParameterSpec;
import dev.spectraledge.trainer.training.ObserverFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The watched parameters in pieces whose products are formed apart: neighbours on which weight decay acts alike and, where groups
 * are wanted, which are part of the same.
 */
final class WatchedPieces {
    private static final String TOKEN_TABLE = "transformer.wte.weight";
    private static final String HEAD = "lm_head.weight";
    private static final String EMBEDDINGS = "embeddings";

    private final List<Piece> pieces = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();

    /**
     * One of them.
     *
     * @param end of it in the vector; the first begins at 0
     * @param decays whether weight decay acts on it
     */
    record Piece(long end, ParameterGroup group, boolean decays) {}

    /**
     * What gets rows of its own.
     *
     * @param weights of the pieces, how often each counts in it
     * @param parameters of all that count, as often as they do
     */
    record Group(String name, double[] weights, long parameters) {}

    /** What a piece is part of, as far as groups tell it from others. */
    private record Kind(String group, String part, String tensor, boolean isLeftOut) {
        static Kind of(ParameterSpec spec) {
            int axes = spec.shape().length;
            String part = TensorNames.partOf(spec.name(), axes);
            boolean apart = part.equals(EMBEDDINGS);
            String group = apart ? spec.name().replaceFirst("\\.weight$", "") : TensorNames.groupOf(spec.name(), axes);
            return new Kind(group, part, apart ? spec.name() : "", isLeftOut(spec.name()));
        }

        /** By the names in which the published code looks for masks and a tied head, and finds biases. */
        private static boolean isLeftOut(String name) {
            return name.contains("attn.bias") || name.contains(HEAD);
        }
    }

    private WatchedPieces() {}

    /** All watched parameters as one piece. */
    static WatchedPieces whole(ObserverFactory.Context context) {
        WatchedPieces whole = new WatchedPieces();
        whole.pieces.add(new Piece(context.size(), ParameterGroup.ATTENTION, true));
        return whole;
    }

    /** @param named whether groups are wanted */
    static WatchedPieces of(ObserverFactory.Context context, ParameterSubset subset, boolean named) {
        WatchedPieces result = new WatchedPieces();
        List<ParameterSpec> specs = context.layout().specs().stream()
                .filter(spec -> subset.groups().contains(spec.group()))
                .toList();
        List<Kind> kinds = new ArrayList<>();
        long end = 0;
        for (ParameterSpec spec : specs.stream()
                .sorted(Comparator.comparingLong(spec -> context.layout().offset(spec.name())))
                .toList()) {
            end += spec.elements();
            Piece piece = new Piece(end, spec.group(), context.decayed().contains(spec));
            Kind kind = named ? Kind.of(spec) : null;
            if (!kinds.isEmpty() && result.continuesLast(piece) && Objects.equals(kind, kinds.getLast())) {
                result.pieces.removeLast();
                kinds.removeLast();
            }
            result.pieces.add(piece);
            kinds.add(kind);
        }
        if (named) {
            result.name(specs, kinds, subset);
        }
        return result;
    }

    private boolean continuesLast(Piece piece) {
        Piece last = pieces.getLast();
        return last.group() == piece.group() && last.decays() == piece.decays();
    }

    /** Parts of the model first, then what they consist of, in the order of the specifications; the published choices last. */
    private void name(List<ParameterSpec> specs, List<Kind> kinds, ParameterSubset subset) {
        Map<String, double[]> named = new LinkedHashMap<>();
        specs.forEach(spec -> named.computeIfAbsent(Kind.of(spec).part(), part -> new double[pieces.size()]));
        specs.forEach(spec -> named.computeIfAbsent(Kind.of(spec).group(), group -> new double[pieces.size()]));
        for (int piece = 0; piece < pieces.size(); piece++) {
            named.get(kinds.get(piece).part())[piece] = 1;
            named.get(kinds.get(piece).group())[piece] = 1;
        }
        if (subset == ParameterSubset.ALL
                && specs.stream().anyMatch(spec -> spec.name().equals(TOKEN_TABLE))) {
            addPublished(specs, kinds, named);
        }
        named.forEach((name, weights) -> groups.add(new Group(name, weights, parameters(weights))));
    }

    /**
     * What the published code takes for all parameters (Spectral Edge Dynamics): every tensor of a file, a tied table of tokens
     * twice; and without tensors whose names look like those of masks, hence without the biases of queries, keys and values.
     */
    private void addPublished(List<ParameterSpec> specs, List<Kind> kinds, Map<String, double[]> named) {
        boolean tied = specs.stream().noneMatch(spec -> spec.name().equals(HEAD));
        double[] full = new double[pieces.size()];
        double[] leftOut = new double[pieces.size()];
        for (int piece = 0; piece < pieces.size(); piece++) {
            full[piece] = tied && kinds.get(piece).tensor().equals(TOKEN_TABLE) ? 2 : 1;
            leftOut[piece] = kinds.get(piece).isLeftOut() ? 0 : 1;
        }
        named.put("published_full", full);
        named.put("published_gpt2", leftOut);
    }

    private long parameters(double[] weights) {
        long sum = 0;
        for (int piece = 0; piece < weights.length; piece++) {
            sum += Math.round(weights[piece] * (end(piece) - begin(piece)));
        }
        return sum;
    }

    int count() {
        return pieces.size();
    }

    Piece piece(int index) {
        return pieces.get(index);
    }

    long begin(int index) {
        return index == 0 ? 0 : end(index - 1);
    }

    long end(int index) {
        return pieces.get(index).end();
    }

    /** Where each of them ends. */
    List<Long> ends() {
        return pieces.stream().map(Piece::end).toList();
    }

    /** Empty where none are wanted. */
    List<Group> groups() {
        return groups;
    }
}
