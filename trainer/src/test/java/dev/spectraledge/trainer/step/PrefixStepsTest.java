package dev.spectraledge.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.data.TokenStream;
import dev.spectraledge.trainer.data.TokenWidth;
import dev.spectraledge.trainer.model.CausalTransformerArchitecture;
import dev.spectraledge.trainer.model.TransformerShape;
import dev.spectraledge.trainer.optimizer.FusedOptimizer;
import dev.spectraledge.trainer.training.SampledBatches;
import dev.spectraledge.trainer.training.TinySetup;
import dev.spectraledge.trainer.training.TinyTask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Steps of batches in which what sequences begin with in common is there once, on the CPU. */
class PrefixStepsTest {
    private static final int STEPS = 20;

    @AfterEach
    void nothingLeaks() {
        assertThat(TestMemory.leaks()).isEmpty();
    }

    private static StepTrainer started(TrainingSetup setup, Workers workers) {
        StepTrainer trainer = new StepTrainer(
                Lanes.onHost(new CpuBackend(), workers),
                setup,
                new SampledBatches(setup.seeds(), setup.trainSequences()),
                List.of());
        trainer.initialise();
        trainer.start();
        return trainer;
    }

    private static double[] losses(TrainingSetup setup, int threads) {
        try (Workers workers = new Workers(threads);
                StepTrainer trainer = started(setup, workers)) {
            double[] losses = new double[STEPS];
            for (int step = 0; step < STEPS; step++) {
                trainer.step();
                losses[step] = trainer.loss(0);
            }
            return losses;
        }
    }

    /** Also where there are more workers than they have work for. */
    @Test
    void anyNumberOfLanesSharesABatch() {
        double[] padded = losses(TinySetup.setup(DType.FLOAT64, Batching.PADDED, 11), 2);
        for (int threads : new int[] {1, 2, 3, 17}) {
            assertThat(losses(TinySetup.setup(DType.FLOAT64, Batching.PREFIXES, 11), threads))
                    .containsExactly(padded, within(1e-10));
        }
    }

    @Test
    void runsSideBySideHaveTheBitsOfThoseAlone() {
        long[] seeds = {3, 4, 5};
        try (Workers two = new Workers(2);
                Workers one = new Workers(1);
                StepTrainer together = started(TinySetup.setup(DType.FLOAT32, Batching.PREFIXES, seeds), two)) {
            together.advanceTo(STEPS, step -> {});
            for (int run = 0; run < seeds.length; run++) {
                try (StepTrainer alone = started(TinySetup.setup(DType.FLOAT32, Batching.PREFIXES, seeds[run]), one)) {
                    alone.advanceTo(STEPS, step -> {});
                    assertThat(together.loss(run)).isEqualTo(alone.loss(0));
                    assertThat(together.parameters()
                                    .flat()
                                    .run(run)
                                    .segment()
                                    .mismatch(alone.parameters().flat().run(0).segment()))
                            .isEqualTo(-1);
                }
            }
        }
    }

    /** Windows of a stream share what they happen to begin with: here, in a repetitive text, much of it or all. */
    @Test
    void windowsOfAStreamAreSharedLikeSequences(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("text"), "abcabcabd".repeat(30) + "abracadabra".repeat(10));
        try (MemoryOwner owner = MemoryOwner.open("text")) {
            TokenStream text = TokenStream.map(owner, file, TokenWidth.U8, 256, 7);
            assertThat(losses(windows(text, Batching.PREFIXES), 2))
                    .containsExactly(losses(windows(text, Batching.PACKED), 2), within(1e-10));
        }
    }

    private static TrainingSetup windows(TokenStream text, Batching batching) {
        return new TrainingSetup(
                List.of(new SplitData(text, text)),
                new CausalTransformerArchitecture(new TransformerShape(256, 256, 7, 7, 2, 24, 3, 20, Gelu.ERF)),
                0,
                new long[] {5},
                List.of(TinySetup.settings(0.5)),
                FusedOptimizer::adamW,
                16,
                batching,
                DType.FLOAT64);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DYCK")
    void modelsThatSeeWhatComesLaterShareNothing(TinyTask task) {
        assertThatThrownBy(() -> task.setup(DType.FLOAT32, Batching.PREFIXES, 11))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("causal");
    }
}
