package dev.spectraledge.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFolderTest {
    @TempDir
    Path folder;

    @Test
    void listsWeightsByStepOursAndOthers() throws IOException {
        for (String name : new String[] {
            "step_000100.safetensors",
            "step_1000000.safetensors",
            "weights-20.safetensors",
            "3.safetensors",
            "step_000100.optimizer.safetensors",
            "resume.safetensors",
            "step_7.txt"
        }) {
            Files.createFile(folder.resolve(name));
        }
        assertThat(CheckpointFolder.list(folder).keySet()).containsExactly(3L, 20L, 100L, 1_000_000L);
        Path run = Files.createDirectories(folder.resolve("run/checkpoints"));
        Files.createFile(run.resolve("step_000005.safetensors"));
        assertThat(CheckpointFolder.list(run.getParent())).containsOnlyKeys(5L);
        assertThat(CheckpointFolder.holdsAny(run.getParent())).isTrue();
    }

    @Test
    void aRunNeedNotHaveKeptAny() throws IOException {
        Path run = Files.createDirectories(folder.resolve("checkpoints"));
        assertThat(CheckpointFolder.holdsAny(folder)).isFalse();
        Files.createFile(run.resolve("resume.safetensors"));
        assertThat(CheckpointFolder.holdsAny(folder)).isFalse();
    }

    @Test
    void givesOneLinePerFault() throws IOException {
        assertThatThrownBy(() -> CheckpointFolder.list(folder))
                .isInstanceOf(RunException.class)
                .hasMessage(folder + ": holds no checkpoints, files named like step_000100.safetensors");
        Path missing = folder.resolve("none");
        assertThatThrownBy(() -> CheckpointFolder.list(missing))
                .isInstanceOf(RunException.class)
                .hasMessage("cannot read directory " + missing + ": no such file or directory");
        Path file = Files.createFile(folder.resolve("step_5.safetensors"));
        assertThatThrownBy(() -> CheckpointFolder.list(file))
                .isInstanceOf(RunException.class)
                .hasMessage("cannot read directory " + file + ": not a directory");
        Files.createFile(folder.resolve("step_05.safetensors"));
        assertThatThrownBy(() -> CheckpointFolder.list(folder))
                .isInstanceOf(RunException.class)
                .hasMessage(folder + ": both step_05.safetensors and step_5.safetensors are checkpoints of step 5");
    }
}
