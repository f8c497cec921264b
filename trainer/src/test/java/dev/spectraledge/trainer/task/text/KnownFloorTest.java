package dev.spectraledge.trainer.task.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.training.RunInputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A GPT of a source whose entropy rate is known learns all that can be known of it and nothing that cannot. */
class KnownFloorTest {
    private static final int VOCABULARY = 8;
    private static final int BRANCHES = 3;
    private static final long SEED = 5;
    private static final long TOKENS = 2_000_000;
    private static final long TESTED = 400_000;

    /** Standard deviation of a token's −ln p under the source itself, by as many tokens as are tested. */
    private static double deviation(MarkovChain chain) {
        double[] sums = new double[2];
        int[] state = {-1};
        chain.draw(SEED + 1, TESTED, token -> {
            if (state[0] >= 0) {
                double surprise = -Math.log(chain.probability(state[0], token));
                sums[0] += surprise;
                sums[1] += surprise * surprise;
            }
            state[0] = token;
        });
        double mean = sums[0] / TESTED;
        return Math.sqrt(sums[1] / TESTED - mean * mean);
    }

    @Test
    void theLossComesWithinOnePercentOfTheEntropyRateAndNotBelow() {
        MarkovChain chain = MarkovChains.random(VOCABULARY, 1, BRANCHES, SEED);
        requireFloor(chain, "task.vocabulary=" + VOCABULARY, "task.branches=" + BRANCHES);
    }

    /** As the published source is written down, with 9 tokens in the place of 256. */
    @Test
    void soItDoesOfTheChainOfAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("source.json"), """
            {"q": [0.5, 0.3, 0.2], "p": [0.7, 0.3], "a": [1, 2], "c": [1, 0], "b": 1}
            """);
        requireFloor(MarkovChains.read(file), "task.vocabulary=9", "task.chain=" + file);
    }

    private static void requireFloor(MarkovChain chain, String... source) {
        ConfigResolver resolver = new ConfigResolver()
                .override("task.name=text")
                .override("task.source=markov")
                .override("task.sourceSeed=" + SEED)
                .override("task.tokens=" + TOKENS)
                .override("task.testFraction=" + (double) TESTED / TOKENS)
                .override("model.layers=1")
                .override("model.width=32")
                .override("model.heads=2")
                .override("model.feedForwardWidth=64")
                .override("model.positions=16")
                .override("training.steps=400")
                .override("training.warmUpSteps=20")
                .override("training.learningRate=1e-2")
                .override("training.batchSize=64")
                .override("evaluation.tokens=" + TESTED);
        List.of(source).forEach(resolver::override);
        RunConfig config = resolver.resolve();
        double floor = chain.entropyRate();
        double standardError = deviation(chain) / Math.sqrt(TESTED);
        // Else one per cent would be a matter of luck.
        assertThat(5 * standardError).isLessThan(0.01 * floor);
        try (RunInputs inputs = new RunInputs(List.of(config));
                Workers workers = new Workers(2)) {
            TrainingSetup setup = inputs.setup();
            try (StepTrainer trainer =
                    new StepTrainer(Lanes.onHost(new CpuBackend(), workers), setup, inputs.batches(setup), List.of())) {
                trainer.initialise();
                trainer.start();
                assertThat(trainer.evaluateTest()[0].loss()).isGreaterThan(1.5 * floor);
                trainer.advanceTo(config.training().steps(), step -> {});
                assertThat(trainer.evaluateTest()[0].loss()).isBetween(floor - 3 * standardError, floor * 1.01);
            }
        }
    }
}
