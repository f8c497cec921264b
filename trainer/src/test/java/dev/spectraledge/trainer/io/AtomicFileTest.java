package dev.spectraledge.trainer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path folder;

    @Test
    void replacesAFileAndLeavesNothingElse() throws IOException {
        Path file = folder.resolve("a.txt");
        AtomicFile.write(file, "old");
        AtomicFile.write(file, "näher");
        assertThat(file).hasContent("näher");
        assertThat(folder).isDirectoryContaining(path -> path.equals(file));
        assertThat(folder.toFile().list()).hasSize(1);
    }

    @Test
    void aFailureHalfWayKeepsTheOldFileAndNoOther() {
        Path file = folder.resolve("a.txt");
        AtomicFile.write(file, "old");
        assertThatThrownBy(() -> AtomicFile.write(file, channel -> {
                    channel.write(ByteBuffer.wrap(new byte[1000]));
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(RunException.class)
                .hasMessage("cannot write " + file + ": No space left on device")
                .hasCauseInstanceOf(IOException.class);
        assertThat(file).hasContent("old");
        assertThat(folder.toFile().list()).hasSize(1);
    }

    @Test
    void aFullDiskKeepsTheOldFileAndNoOther() throws Exception {
        try (FullDisk disk = FullDisk.mountOrSkip(folder.resolve("disk"))) {
            Path file = disk.folder().resolve("a.bin");
            AtomicFile.write(file, "old");
            assertThatThrownBy(() -> AtomicFile.write(file, new byte[1 << 20]))
                    .isInstanceOf(RunException.class)
                    .hasMessage("cannot write " + file + ": No space left on device");
            assertThat(file).hasContent("old");
            assertThat(disk.folder().toFile().list()).hasSize(1);
        }
    }

    @Test
    void saysWhenTheFolderIsMissingOrAFile() throws IOException {
        Path missing = folder.resolve("none/a.txt");
        assertThatThrownBy(() -> AtomicFile.write(missing, "x"))
                .isInstanceOf(RunException.class)
                .hasMessage("cannot write " + missing + ": no such file or directory");
        Path below = Files.writeString(folder.resolve("file"), "").resolve("a.txt");
        assertThatThrownBy(() -> AtomicFile.write(below, "x"))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith("cannot write " + below + ": ");
    }
}
