package dev.spectraledge.trainer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.TensorBoardEvents.Scalar;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardFileTest {
    private static final Scalar VERSION = new Scalar("brain.Event:2", 0, 0);
    private static final List<String> TAGS = List.of("train/loss", "test/Verlust ä");
    private static final double WALL_TIME = 1.7e9;

    @TempDir
    private Path folder;

    @Test
    void checksumsAreThoseOfTheCastagnoliPolynomial() {
        // RFC 3720, appendix B.4: 32 bytes of zeros have the CRC-32C 8a9136aa.
        int crc = 0x8a9136aa;
        assertThat(TensorBoardEvents.maskedCrc32c(new byte[32])).isEqualTo(((crc >>> 15) | (crc << 17)) + 0xa282ead8);
    }

    @Test
    void holdsTheScalarsOfEachStep() throws IOException {
        Path file = folder.resolve("events");
        try (TensorBoardFile events = TensorBoardFile.resume(file, 0)) {
            assertThat(events.completeStep()).isEqualTo(TensorBoardFile.NOTHING);
            events.add(WALL_TIME, 0, TAGS, new double[] {0.5, Double.NaN});
            events.add(WALL_TIME, 300, TAGS, new double[] {Double.NaN, Double.NaN});
            events.add(WALL_TIME, 1L << 40, TAGS, new double[] {Double.POSITIVE_INFINITY, 0.1});
            events.markComplete(1L << 40);
        }
        assertThat(TensorBoardEvents.read(file))
                .containsExactly(
                        VERSION,
                        new Scalar(TAGS.get(0), 0, 0.5F),
                        new Scalar(TAGS.get(0), 1L << 40, Float.POSITIVE_INFINITY),
                        new Scalar(TAGS.get(1), 1L << 40, 0.1F),
                        new Scalar("mark", 1L << 40, 0));
    }

    @Test
    void goingOnDropsWhatFollowsTheLastMarkAtOrBeforeTheStep() throws IOException {
        Path file = folder.resolve("events");
        try (TensorBoardFile events = TensorBoardFile.resume(file, 0)) {
            for (int step = 1; step <= 40; step++) {
                events.add(WALL_TIME, step, TAGS, new double[] {step, -step});
                if (step % 10 == 0) {
                    events.markComplete(step);
                }
            }
        }
        byte[] whole = Files.readAllBytes(file);
        try (TensorBoardFile events = TensorBoardFile.resume(file, 25)) {
            assertThat(events.completeStep()).isEqualTo(20);
        }
        byte[] kept = Files.readAllBytes(file);
        assertThat(kept).isEqualTo(Arrays.copyOf(whole, kept.length));
        assertThat(TensorBoardEvents.read(file)).last().isEqualTo(new Scalar("mark", 20, 0));
        try (TensorBoardFile events = TensorBoardFile.resume(file, 9)) {
            assertThat(events.completeStep()).isEqualTo(TensorBoardFile.NOTHING);
        }
        assertThat(TensorBoardEvents.read(file)).containsExactly(VERSION);
    }

    @Test
    void aFileCutAnywhereIsGoneOnWith() throws IOException {
        Path file = folder.resolve("events");
        try (TensorBoardFile events = TensorBoardFile.resume(file, 0)) {
            events.add(WALL_TIME, 1, TAGS, new double[] {1, 2});
            events.markComplete(1);
            events.add(WALL_TIME, 2, TAGS, new double[] {3, 4});
            events.markComplete(2);
        }
        byte[] whole = Files.readAllBytes(file);
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            try (TensorBoardFile events = TensorBoardFile.resume(file, 2)) {
                long complete = events.completeStep();
                for (long step = Math.max(1, complete + 1); step <= 2; step++) {
                    events.add(WALL_TIME, step, TAGS, new double[] {2 * step - 1, 2 * step});
                    events.markComplete(step);
                }
            }
            assertThat(TensorBoardEvents.read(file))
                    .as("cut to %s bytes", length)
                    .extracting(Scalar::value)
                    .containsExactly(0F, 1F, 2F, 0F, 3F, 4F, 0F);
            assertThat(Files.size(file)).isEqualTo(whole.length);
        }
    }

    @Test
    void aDamagedRecordEndsWhatIsKept() throws IOException {
        Path file = folder.resolve("events");
        try (TensorBoardFile events = TensorBoardFile.resume(file, 0)) {
            events.markComplete(1);
            events.markComplete(2);
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 6] ^= 1;
        Files.write(file, bytes);
        try (TensorBoardFile events = TensorBoardFile.resume(file, 2)) {
            assertThat(events.completeStep()).isEqualTo(1);
        }
    }

    @Test
    void anotherFileIsStartedOver() throws IOException {
        Path file = Files.write(folder.resolve("events"), "step,loss\n1,0.5\n2,0.4\n".getBytes(StandardCharsets.UTF_8));
        TensorBoardFile.resume(file, 5).close();
        assertThat(TensorBoardEvents.read(file)).containsExactly(VERSION);
    }

    @Test
    void aFolderThatIsNotThereIsOneLine() {
        Path file = folder.resolve("nowhere/events");
        assertThatThrownBy(() -> TensorBoardFile.resume(file, 0))
                .isInstanceOf(RunException.class)
                .hasMessage("cannot write " + file + ": no such file or directory");
    }

    @Test
    void aForgedLengthLeadsNowhere() throws IOException {
        // Field 7, whose length is written as -11: a reader that goes back so far reads the same field for ever.
        byte[] endless = {0x3a, -11, -1, -1, -1, -1, -1, -1, -1, -1, 1};
        byte[] cut = {0x3a, 100};
        Path file = folder.resolve("events");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(TensorBoardRecord.of(endless));
            out.write(TensorBoardRecord.of(cut));
        }
        try (TensorBoardFile events = TensorBoardFile.resume(file, 10)) {
            assertThat(events.completeStep()).isEqualTo(TensorBoardFile.NOTHING);
        }
    }
}
