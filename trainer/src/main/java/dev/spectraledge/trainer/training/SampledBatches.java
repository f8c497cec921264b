package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.trainer.data.ExampleDraws;
import dev.spectraledge.trainer.data.UniformDraws;
import dev.spectraledge.trainer.step.BatchSource;
import java.util.Arrays;
import java.util.function.Function;

/**
 * Batches as the examples are drawn, for each run from a stream of its own. What is drawn otherwise after a shift comes from
 * another one, in which steps are counted from the shift.
 */
public final class SampledBatches implements BatchSource {
    private static final long STREAM = 1;
    private static final long STREAM_AFTER_SHIFT = 0x7368_6966;

    private final ExampleDraws[] runs;
    private final long begin;

    /**
     * Of examples that are all drawn equally often.
     *
     * @param seeds one per run
     */
    public SampledBatches(long[] seeds, long examples) {
        this(seeds, key -> new UniformDraws(key, examples));
    }

    /** Of examples that know how they are drawn, from the first step on. */
    public SampledBatches(long[] seeds, Function<PhiloxKey, ExampleDraws> draws) {
        this(seeds, draws, 0);
    }

    /**
     * The same from some step on.
     *
     * @param seeds one per run
     * @param draws those of a stream
     * @param begin last step before a shift that changes what is drawn; 0 where there was none
     */
    public SampledBatches(long[] seeds, Function<PhiloxKey, ExampleDraws> draws, long begin) {
        this.begin = begin;
        long stream = begin == 0 ? STREAM : STREAM_AFTER_SHIFT;
        runs = Arrays.stream(seeds)
                .mapToObj(seed -> draws.apply(new PhiloxKey(seed, stream)))
                .toArray(ExampleDraws[]::new);
    }

    @Override
    public void draw(long step, int run, long[] draws) {
        runs[run].draw(step - begin, draws);
    }
}
