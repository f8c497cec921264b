package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.trainer.config.RunConfig;
import java.util.List;
import java.util.Map;

/**
 * A place of a model whose response to a perturbation is looked at.
 *
 * @param suffix of the items of findings
 * @param layer of the hidden states
 * @param positions of the padded form of its sequences
 */
record ResponseSource(String suffix, String layer, int positions) {
    private static final String PADDING_SWITCH = "attendToPadding";

    /** Whether its tokens are brackets, of which one kind can be compared with the other. */
    boolean hasBrackets() {
        return suffix.isEmpty();
    }

    /** What the head reads; and of an encoder–decoder, before it, what the decoder attends to. */
    static List<ResponseSource> of(StudiedRun run) {
        var data = run.data().test();
        ResponseSource output = new ResponseSource("", "normalised", data.contextLength());
        return data.form().hasSource()
                ? List.of(
                        new ResponseSource("/encoder", "memory", data.form().sourceLength()),
                        new ResponseSource("/decoder", output.layer(), output.positions()))
                : List.of(output);
    }

    /**
     * The run as the published code passes it forward: an encoder–decoder whose decoder does not see padded source positions,
     * though it did in training (Lifecycle §6.9). Others are as they are.
     */
    @SuppressWarnings("unchecked")
    static StudiedRun asPublished(StudiedRun run) {
        if (!run.data().test().form().hasSource()) {
            return run;
        }
        Map<String, Object> settings = run.config().toMap();
        ((Map<String, Object>) settings.get("task")).put(PADDING_SWITCH, false);
        return run.variant(RunConfig.of(settings, run.name()));
    }
}
