package dev.spectraledge.analysis.experiment.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TestBackends;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import dev.spectraledge.trainer.model.Parameters;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Probes of encoder–decoders on SCAN, of which some cannot mix their words. */
class ScanProbesTest {
    /** Of 39 labellings the smallest p-value that there is. */
    private static final double SMALLEST = 1.0 / 40;

    private static final double CERTAIN = 1e-9;

    @TempDir
    private Path folder;

    /** Initial weights, zero where the name of a tensor has one of the given parts. */
    private StudiedRun initial(String... zero) {
        RunConfig config = TinyTraining.smallScan().resolve();
        try (MemoryOwner owner = MemoryOwner.open("test")) {
            CpuBackend backend = new CpuBackend();
            var layout = config.task()
                    .architecture(config.model(), config.task().contextLength())
                    .layout();
            Parameters weights = Parameters.allocate(backend, owner, DType.FLOAT64, 1, layout);
            weights.initialise(backend, new long[] {3});
            weights.named(0).forEach((name, tensor) -> {
                for (String part : zero) {
                    if (name.contains(part)) {
                        tensor.segment().fill((byte) 0);
                    }
                }
            });
            SafetensorsWriter.write(folder.resolve("step_000000.safetensors"), weights.named(0), Map.of());
        }
        return StudiedRun.of(folder, config, TestBackends.HOST);
    }

    private static PhaseSteps at(long step) {
        return PhaseSteps.everywhere("test", Map.of(Phase.LATE, step));
    }

    private static double controlled(Findings findings, String quantity, String item) {
        return findings.value(Procedure.CONTROLLED, quantity, item, 0).orElseThrow();
    }

    private static double published(Findings findings, String quantity, String item) {
        return findings.value(Procedure.PUBLISHED, quantity, item, 0).orElseThrow();
    }

    @Test
    void anUntrainedEncoderHoldsWhatItsInputSaysAndMixesIt() {
        Findings findings = new CompositionProbes().measure(initial(), at(0));
        for (String name : List.of("encoder-to-verb", "encoder-to-direction", "encoder-to-repetition")) {
            assertThat(published(findings, name, "encoder_1")).as(name).isGreaterThan(0.5);
            assertThat(controlled(findings, name + "-accuracy", "inputs"))
                    .as(name)
                    .isEqualTo(1);
            assertThat(controlled(findings, name + "-accuracy-p", "inputs")).isEqualTo(SMALLEST);
        }
        assertThat(controlled(findings, "decoder-to-position", "inputs")).isCloseTo(1, within(CERTAIN));
        assertThat(controlled(findings, "encoder-to-phrase-verb-accuracy-p", "encoder_1"))
                .isEqualTo(SMALLEST);
        assertThat(controlled(findings, "encoder-to-phrase-verb-accuracy", "encoder_1"))
                .isGreaterThan(controlled(findings, "encoder-to-phrase-verb-accuracy/exchanged", "encoder_1"));
    }

    @Test
    void anEncoderThatCannotMixDoesNotKnowTheVerbOfThePhrase() {
        StudiedRun run = initial("encoder.layers.0.self_attn.out_proj", "encoder.layers.1.self_attn.out_proj");
        Findings findings = new CompositionProbes().measure(run, at(0));
        assertThat(controlled(findings, "encoder-to-phrase-verb-accuracy-p", "encoder_1"))
                .isGreaterThan(0.05);
        assertThat(controlled(findings, "encoder-to-phrase-verb-accuracy-p", "inputs"))
                .isGreaterThan(0.05);
        assertThat(controlled(findings, "encoder-to-verb-accuracy", "encoder_1"))
                .isEqualTo(1);
    }

    @Test
    void theNextActionIsReadWhereItCanBeAndNotFromAConstant() {
        Findings planted = new DepthProbes().measure(initial(), at(0));
        assertThat(controlled(planted, "accuracy-p", "decoder_1")).isEqualTo(SMALLEST);
        StudiedRun deaf = initial("tgt_", "multihead_attn.out_proj");
        Findings nothing = new DepthProbes().measure(deaf, at(0));
        assertThat(controlled(nothing, "accuracy-p", "decoder_1")).isGreaterThan(0.05);
        assertThat(controlled(nothing, "feature-deviation", "decoder_1")).isCloseTo(0, within(CERTAIN));
        assertThat(published(nothing, "linear-r2", "decoder_1")).isLessThan(0.01);
    }

    @Test
    void aTrainingIsMeasuredAtItsSnapshots() {
        StudiedRun run = TinyTraining.writeScan(folder, List.of(0L, 60L), "training.learningRate=0.01");
        Findings findings = new CompositionProbes().measure(run, at(60));
        for (long step : new long[] {0, 60}) {
            assertThat(findings.value(Procedure.CONTROLLED, "decoder-to-token-accuracy", "decoder_1", step))
                    .isPresent();
        }
        assertThat(findings.value(Procedure.CONTROLLED, "decoder-to-token-accuracy", "decoder_1", 60)
                        .orElseThrow())
                .isGreaterThan(controlled(findings, "decoder-to-token-accuracy", "decoder_1"));
        assertThat(findings.value(Procedure.PUBLISHED, "decoder-to-token", "decoder_1", 60))
                .isEmpty();
        Findings layers = new LayerProbes().measure(run, at(60));
        assertThat(layers.value(Procedure.PUBLISHED, "linear-r2", "encoder_1", 0))
                .isPresent();
        assertThat(layers.value(Procedure.CONTROLLED, "accuracy", "memory", 60)).isPresent();
    }
}
