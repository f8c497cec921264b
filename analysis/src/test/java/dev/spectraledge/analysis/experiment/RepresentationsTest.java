package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.model.Places;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hidden states of models with initial weights. */
class RepresentationsTest {
    private static final int SEQUENCES = 7;

    @TempDir
    private Path folder;

    private StudiedRun run(String task) {
        RunConfig config = new ConfigResolver().override("task.name=" + task).resolve();
        try (MemoryOwner owner = MemoryOwner.open("test")) {
            CpuBackend backend = new CpuBackend();
            var layout = config.task()
                    .architecture(config.model(), config.task().contextLength())
                    .layout();
            Parameters weights = Parameters.allocate(backend, owner, DType.FLOAT32, 1, layout);
            weights.initialise(backend, new long[] {3});
            SafetensorsWriter.write(folder.resolve("step_000000.safetensors"), weights.named(0), Map.of());
        }
        return StudiedRun.of(folder, config, TestBackends.HOST);
    }

    @Test
    void everyRowOfACausalTransformerKnowsItsToken() {
        StudiedRun run = run("dyck");
        try (StudiedModel model = StudiedModel.of(run, run.data().test(), SEQUENCES)) {
            model.load(0);
            List<HiddenStates> states = Representations.of(model);
            assertThat(states)
                    .extracting(HiddenStates::layer)
                    .containsExactly("embedding", "layer_0", "layer_1", "normalised");
            HiddenStates embedding = states.getFirst();
            var tokens = model.parameters().get("tok_emb.weight");
            var positions = model.parameters().get("pos_emb.weight");
            for (int row = 0; row < embedding.rows(); row++) {
                double expected = tokens.get(0, embedding.token()[row], 5)
                        + positions.get(0, embedding.position()[row], 5);
                assertThat(embedding.values()[row][5]).isCloseTo(expected, within(1e-14));
                assertThat(embedding.token()[row])
                        .isEqualTo(run.data()
                                .test()
                                .token(embedding.sequence()[row], embedding.position()[row]));
                assertThat(embedding.target()[row])
                        .isEqualTo(run.data()
                                .test()
                                .target(embedding.sequence()[row], embedding.position()[row]));
            }
        }
    }

    @Test
    void whatTheHeadReadsGivesTheLogits() {
        StudiedRun run = run("dyck");
        try (StudiedModel model = StudiedModel.of(run, run.data().test(), SEQUENCES)) {
            model.load(0);
            HiddenStates normalised = Representations.of(model, "normalised");
            var weight = model.parameters().get("head.weight");
            var bias = model.parameters().get("head.bias");
            double logit = bias.get(0, 2);
            for (int i = 0; i < 128; i++) {
                logit += weight.get(0, 2, i) * normalised.values()[9][i];
            }
            assertThat(model.places().get(Places.LOGITS).values().get(0, model.rows(0)[9], 2))
                    .isCloseTo(logit, within(1e-12));
        }
    }

    @Test
    void paddingHasNoTarget() {
        StudiedRun run = run("dyck");
        try (StudiedModel model = StudiedModel.padded(run, run.data().test(), SEQUENCES)) {
            model.load(0);
            HiddenStates states = Representations.of(model, "layer_1");
            assertThat(states.rows()).isEqualTo(SEQUENCES * 24);
            HiddenStates labelled = states.where(row -> states.target()[row] >= 0);
            try (StudiedModel packed = StudiedModel.of(run, run.data().test(), SEQUENCES)) {
                packed.load(0);
                HiddenStates same = Representations.of(packed, "layer_1");
                assertThat(labelled.rows()).isEqualTo(same.rows());
                assertThat(labelled.values()[40][7]).isCloseTo(same.values()[40][7], within(1e-12));
            }
        }
    }

    @Test
    void sourcesAndAnswersHaveTheirOwnRows() {
        StudiedRun run = run("scan");
        try (StudiedModel model = StudiedModel.of(run, run.data().test(), SEQUENCES)) {
            model.load(0);
            List<HiddenStates> states = Representations.of(model);
            assertThat(states)
                    .extracting(HiddenStates::layer)
                    .containsExactly(
                            "encoder_embedding",
                            "encoder_0",
                            "encoder_1",
                            "encoder_2",
                            "memory",
                            "decoder_0",
                            "decoder_1",
                            "decoder_2",
                            "normalised");
            HiddenStates memory = states.get(4);
            assertThat(memory.target()[0]).isEqualTo(run.data().test().target(0, 0));
            assertThat(states.getLast().rows())
                    .isEqualTo(model.batch().sequences().rows(0));
        }
    }

    @Test
    void aClassifierHasOneRowForEachSequence() {
        StudiedRun run = run("modular");
        try (StudiedModel model = StudiedModel.of(run, run.data().test(), SEQUENCES)) {
            model.load(0);
            HiddenStates states = Representations.of(model, "normalised");
            assertThat(states.rows()).isEqualTo(SEQUENCES);
            assertThat(states.target()[3]).isEqualTo(run.data().test().target(3, 0));
        }
    }

    /** The norm of what the last block gives is what the head reads: at the beginning its weights are 1 and 0. */
    @Test
    void theNormOfTheLastBlockIsWhatTheHeadReads() {
        StudiedRun run = run("modular");
        try (StudiedModel model = StudiedModel.of(run, run.data().test(), SEQUENCES)) {
            model.load(0);
            assertThat(Representations.of(model))
                    .extracting(HiddenStates::layer)
                    .containsExactly("layer_1", "normalised");
            double[] before = Representations.of(model, "layer_1").values()[5];
            double[] after = Representations.of(model, "normalised").values()[5];
            double mean = Arrays.stream(before).average().orElseThrow();
            double variance = Arrays.stream(before)
                    .map(value -> (value - mean) * (value - mean))
                    .average()
                    .orElseThrow();
            for (int i = 0; i < before.length; i++) {
                assertThat(after[i]).isCloseTo((before[i] - mean) / Math.sqrt(variance + 1e-5), within(1e-12));
            }
        }
    }
}
