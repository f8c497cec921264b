package dev.spectraledge.trainer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The time limit only ends what would block for ever. */
@Timeout(value = 10, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RegularFileTest {
    private static final String DEVICE = "it is a pipe, a socket or a device, not a regular file";

    @TempDir
    private Path folder;

    @Test
    void readsThroughLinksAndWritesThroughNone() throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "tëxt");
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        assertThat(RegularFile.text(link, 100)).isEqualTo("tëxt");
        assertThat(RegularFile.ownText(target, 100)).isEqualTo("tëxt");
        String reason = "it is a symbolic link, which is not followed here";
        assertRefused(() -> RegularFile.ownText(link, 100), reason);
        assertRefused(() -> RegularFile.openOwn(link, StandardOpenOption.CREATE, StandardOpenOption.WRITE), reason);
        Path dangling = Files.createSymbolicLink(folder.resolve("dangling"), folder.resolve("absent"));
        assertRefused(() -> RegularFile.openOwn(dangling, StandardOpenOption.CREATE, StandardOpenOption.WRITE), reason);
        assertThat(folder.resolve("absent")).doesNotExist();
        assertThatThrownBy(() -> RegularFile.text(dangling, 100)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void refusesPipesDevicesAndDirectoriesWithoutOpeningThem() throws IOException, InterruptedException {
        assertRefused(() -> RegularFile.open(folder), "it is a directory, not a file");
        Path pipe = pipe(folder.resolve("pipe"));
        assertRefused(() -> RegularFile.open(pipe), DEVICE);
        assertRefused(() -> RegularFile.stream(pipe), DEVICE);
        assertRefused(() -> RegularFile.text(pipe, 100), DEVICE);
        assertRefused(() -> RegularFile.openOwn(pipe, StandardOpenOption.WRITE), DEVICE);
        assertRefused(() -> RegularFile.text(Path.of("/dev/zero"), 100), DEVICE);
    }

    @Test
    void refusesWhatIsTooLongOrNoText() throws IOException {
        Path file = Files.writeString(folder.resolve("long"), "12345");
        assertRefused(() -> RegularFile.text(file, 4), "it has 5 bytes, at most 4 are read");
        Files.write(file, "text".getBytes(StandardCharsets.UTF_16));
        assertRefused(() -> RegularFile.text(file, 100), "it is not a text file in UTF-8");
    }

    private static void assertRefused(ThrowingCallable reading, String reason) {
        assertThatThrownBy(reading)
                .isInstanceOfSatisfying(
                        FileSystemException.class,
                        refusal -> assertThat(refusal.getReason()).isEqualTo(reason));
    }

    /** A pipe that nobody writes into; the test is skipped where there is no program that makes one. */
    private static Path pipe(Path file) throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "no mkfifo");
        assertThat(new ProcessBuilder("/usr/bin/mkfifo", file.toString())
                        .start()
                        .waitFor())
                .isZero();
        return file;
    }
}
