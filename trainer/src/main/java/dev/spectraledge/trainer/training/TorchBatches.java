package dev.spectraledge.trainer.training;

import dev.spectraledge.trainer.data.TorchGenerator;
import dev.spectraledge.trainer.model.ModuleDraw;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.step.BatchSource;

/**
 * The batches of a PyTorch program that seeds its generator, builds the model, and then draws
 * {@code torch.randint(sequences, (batchSize,))} in every step and nothing else. Steps that are asked for in order cost
 * their draws only; a step before the last one costs the whole stream again.
 */
public final class TorchBatches implements BatchSource {
    private final Stream[] streams;
    private final int sequences;

    /**
     * @param seeds one per run
     * @param layout of the model, whose initial weights come first in the stream
     */
    public TorchBatches(long[] seeds, ParameterLayout layout, int sequences) {
        this.sequences = sequences;
        streams = new Stream[seeds.length];
        for (int run = 0; run < seeds.length; run++) {
            streams[run] = new Stream(seeds[run], layout);
        }
    }

    @Override
    public void draw(long step, int run, long[] draws) {
        streams[run].goTo(step, draws.length);
        for (int i = 0; i < draws.length; i++) {
            draws[i] = streams[run].generator.below(sequences);
        }
    }

    /** The numbers of one seed, from the first step's on. */
    private static final class Stream {
        private final long seed;
        private final ParameterLayout layout;
        private TorchGenerator generator;
        private long nextStep;

        Stream(long seed, ParameterLayout layout) {
            this.seed = seed;
            this.layout = layout;
        }

        /** Stands before the draws of a step, and counts it as done. */
        private void goTo(long step, int batchSize) {
            if (generator == null || step < nextStep) {
                generator = new TorchGenerator(seed);
                for (ModuleDraw draw : layout.moduleDraws()) {
                    draw.values(generator);
                }
                nextStep = 1;
            }
            generator.skip((step - nextStep) * batchSize);
            nextStep = step + 1;
        }
    }
}
