package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TestBackends;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import dev.spectraledge.trainer.model.Parameters;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An encoder–decoder with initial weights. */
class PublishedScanAttentionTest {
    private static final double ROUNDING = 1e-10;
    private static final int SEQUENCES = 6;

    @TempDir
    private Path folder;

    private StudiedRun run() {
        RunConfig config = new ConfigResolver().override("task.name=scan").resolve();
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

    private static AttentionHead head(List<AttentionHead> heads, String kind, String name) {
        return heads.stream()
                .filter(head -> head.kind().equals(kind) && head.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatIsBeforeTheShortcutsIsTheModelsAndTheRestIsNot() {
        StudiedRun run = run();
        try (StudiedModel padded = StudiedModel.padded(run, run.data().test(), SEQUENCES)) {
            padded.load(0);
            List<AttentionHead> published = PublishedScanAttention.of(padded);
            List<AttentionHead> real = AttentionHead.of(padded);
            assertThat(published).hasSize(36);
            assertThat(real).hasSize(36);
            for (int sequence = 0; sequence < SEQUENCES; sequence++) {
                AttentionHead first = head(published, "decoder", "L0H2");
                for (int query = 0; query < first.realQueries()[sequence]; query++) {
                    assertThat(first.weights()[sequence][query])
                            .containsExactly(
                                    head(real, "decoder", "L0H2").weights()[sequence][query], within(ROUNDING));
                }
                int sourceLength = run.data().test().sources().length(sequence);
                double[] cross = head(published, "cross", "L2H1").weights()[sequence][3];
                assertThat(cross).hasSize(sourceLength);
                assertThat(Arrays.stream(cross).sum()).isCloseTo(1, within(ROUNDING));
                assertThat(head(real, "cross", "L2H1").weights()[sequence][3])
                        .hasSize(run.data().test().form().sourceLength());
            }
            AttentionHead later = head(published, "decoder", "L1H0");
            assertThat(later.weights()[0][2][0])
                    .isNotCloseTo(head(real, "decoder", "L1H0").weights()[0][2][0], within(1e-6));
        }
    }

    @Test
    void paddedQueriesSeeRealKeysOnly() {
        StudiedRun run = run();
        try (StudiedModel padded = StudiedModel.padded(run, run.data().test(), SEQUENCES)) {
            padded.load(0);
            AttentionHead head = head(PublishedScanAttention.of(padded), "decoder", "L1H3");
            for (int sequence = 0; sequence < SEQUENCES; sequence++) {
                int length = run.data().test().length(sequence);
                assertThat(head.realQueries()[sequence]).isEqualTo(length);
                double[][] rows = head.weights()[sequence];
                assertThat(rows.length).isEqualTo(50);
                assertThat(rows[49]).hasSize(length);
                assertThat(Arrays.stream(rows[49]).sum()).isCloseTo(1, within(ROUNDING));
            }
        }
    }
}
