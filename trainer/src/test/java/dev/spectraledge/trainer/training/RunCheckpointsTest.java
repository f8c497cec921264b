package dev.spectraledge.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.io.SafetensorsType;
import dev.spectraledge.trainer.run.RunDirectory;
import dev.spectraledge.trainer.run.RunGroup;
import dev.spectraledge.trainer.run.RunState;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCheckpointsTest {
    /** Half of the distance of two numbers of 8 binary digits, relative. */
    private static final double ROUNDOFF = 0x1p-8;

    @TempDir
    private Path folder;

    private RunDirectory trained(String name, String... overrides) {
        try (RunGroup group = RunGroup.of(RunDirectory.create(TinyRuns.config(folder.resolve(name), overrides)))) {
            assertThat(TinyRuns.train(group)).isEqualTo(RunState.DONE);
            return group.runs().getFirst();
        }
    }

    /** And nothing else is: neither the training nor the optimiser's state. */
    @Test
    void weightsAreRoundedIfThatIsWanted() {
        RunDirectory whole = trained("whole");
        RunDirectory half = trained("half", "checkpoints.storage=bfloat16");
        assertThat(half.trace()).hasSameBinaryContentAs(whole.trace());
        assertThat(half.optimizerCheckpoint(4)).hasSameBinaryContentAs(whole.optimizerCheckpoint(4));
        try (SafetensorsFile exact = SafetensorsFile.open(whole.checkpoint(4));
                SafetensorsFile rounded = SafetensorsFile.open(half.checkpoint(4));
                MemoryOwner owner = MemoryOwner.open("weights")) {
            assertThat(rounded.names()).containsExactlyElementsOf(exact.names());
            assertThat(rounded.metadata()).isEqualTo(exact.metadata());
            for (String name : exact.names()) {
                assertThat(exact.type(name)).isEqualTo(SafetensorsType.F32);
                assertThat(rounded.type(name)).isEqualTo(SafetensorsType.BF16);
                Tensor expected = exact.read(owner, name);
                Tensor kept = rounded.read(owner, name);
                for (long index = 0; index < expected.elements(); index++) {
                    double value = expected.reshape(expected.elements()).get(index);
                    assertThat(kept.reshape(kept.elements()).get(index))
                            .isCloseTo(value, within(ROUNDOFF * Math.abs(value)));
                }
            }
        }
    }
}
