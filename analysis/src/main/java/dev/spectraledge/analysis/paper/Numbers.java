package dev.spectraledge.analysis.paper;

import dev.spectraledge.kernels.LossGradient;
import dev.spectraledge.trainer.config.RandomStream;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a seed stands for, and how the loss is differentiated. */
public enum Numbers {
    /** As in the author's program: weights and batches of PyTorch's generator, and the rounding of its derivative. */
    PYTORCH(RandomStream.PYTORCH, LossGradient.ROUNDED),
    /** Weights and batches of our own, and a derivative that is accurate. */
    OURS(RandomStream.PHILOX, LossGradient.ACCURATE);

    private final RandomStream randomStream;
    private final LossGradient lossGradient;

    Numbers(RandomStream randomStream, LossGradient lossGradient) {
        this.randomStream = randomStream;
        this.lossGradient = lossGradient;
    }

    /** In a configuration, by key. */
    Map<String, String> settings() {
        return new TreeMap<>(Map.of(
                "training.randomStream", randomStream.name().toLowerCase(Locale.ROOT),
                "training.lossGradient", lossGradient.name().toLowerCase(Locale.ROOT)));
    }
}
