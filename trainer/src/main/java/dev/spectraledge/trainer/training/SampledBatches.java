package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.trainer.data.ExampleDraws;
import dev.spectraledge.trainer.data.UniformDraws;
import dev.spectraledge.trainer.step.BatchSource;
import java.util.Arrays;
import java.util.function.Function;

/** Batches as the examples are drawn, for each run from a stream of its own. */
public final class SampledBatches implements BatchSource {
    private static final long STREAM = 1;

    private final ExampleDraws[] runs;

    /**
     * Of examples that are all drawn equally often.
     *
     * @param seeds one per run
     */
    public SampledBatches(long[] seeds, long examples) {
        this(seeds, key -> new UniformDraws(key, examples));
    }

    /**
     * Of examples that know how they are drawn.
     *
     * @param seeds one per run
     * @param draws those of a stream
     */
    public SampledBatches(long[] seeds, Function<PhiloxKey, ExampleDraws> draws) {
        runs = Arrays.stream(seeds)
                .mapToObj(seed -> draws.apply(new PhiloxKey(seed, STREAM)))
                .toArray(ExampleDraws[]::new);
    }

    @Override
    public void draw(long step, int run, long[] draws) {
        runs[run].draw(step, draws);
    }
}
