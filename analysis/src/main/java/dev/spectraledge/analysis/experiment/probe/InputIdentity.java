package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.trainer.data.ExampleForm;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Which rows of hidden states a model cannot tell apart. */
public final class InputIdentity {
    private InputIdentity() {}

    /** Of a causal model: equal for rows with the same tokens up to them. */
    public static int[] ofPrefixes(HiddenStates states) {
        int[] identities = new int[states.rows()];
        Map<List<Integer>, Integer> known = new HashMap<>();
        for (int row = 0; row < identities.length; row++) {
            boolean first = row == 0 || states.sequence()[row] != states.sequence()[row - 1];
            List<Integer> prefix = List.of(first ? -1 : identities[row - 1], states.token()[row]);
            Integer identity = known.putIfAbsent(prefix, known.size());
            identities[row] = identity == null ? known.size() - 1 : identity;
        }
        return identities;
    }

    /** Of the form of a run's data: answers to a source are told apart by it, sequences by their prefixes. */
    public static int[] of(HiddenStates states, ExampleForm form) {
        return form.hasSource() ? distinct(states) : ofPrefixes(states);
    }

    /** Of inputs that occur once. */
    public static int[] distinct(HiddenStates states) {
        return IntStream.range(0, states.rows()).toArray();
    }
}
