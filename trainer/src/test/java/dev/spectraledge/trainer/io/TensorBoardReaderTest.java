package dev.spectraledge.trainer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardReaderTest {
    private static final List<String> TAGS = List.of("train/loss", "test/Verlust ä");
    private static final double WALL_TIME = 1.7e9;

    @TempDir
    private Path folder;

    private record Scalar(String tag, long step, double value) {}

    private final List<Scalar> scalars = new ArrayList<>();

    private boolean read(Path file) {
        scalars.clear();
        return TensorBoardReader.read(file, (tag, step, value) -> scalars.add(new Scalar(tag, step, value)));
    }

    private Path written() {
        Path file = folder.resolve("events.out.tfevents.1");
        try (TensorBoardFile events = TensorBoardFile.resume(file, 0)) {
            events.add(WALL_TIME, 0, TAGS, new double[] {0.5, Double.NaN});
            events.add(WALL_TIME, 1L << 40, TAGS, new double[] {Double.POSITIVE_INFINITY, 0.25});
            events.markComplete(1L << 40);
        }
        return file;
    }

    @Test
    void findsTheScalarsOfEachStep() {
        assertThat(read(written())).as("whether a record is cut").isFalse();
        assertThat(scalars)
                .containsExactly(
                        new Scalar(TAGS.get(0), 0, 0.5),
                        new Scalar(TAGS.get(0), 1L << 40, Double.POSITIVE_INFINITY),
                        new Scalar(TAGS.get(1), 1L << 40, 0.25));
    }

    /** As TensorFlow 2 writes them: content of a tensor, packed numbers, or single ones; one with two numbers is no scalar. */
    @Test
    void tensorsWithoutDimensionsAreScalars() throws IOException {
        ProtobufMessage shape = new ProtobufMessage();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(event(1, tensor(1).message(2, shape).bytes(4, new byte[] {0, 0, 0, 0x40})));
        file.write(event(2, tensor(1).real(5, 3f)));
        file.write(event(3, tensor(2).real(6, 4.5)));
        file.write(event(4, tensor(2).bytes(4, new byte[] {0, 0, 0, 0, 0, 0, 0x14, 0x40})));
        file.write(event(5, tensor(1).bytes(4, new byte[8])));
        file.write(event(6, tensor(7).bytes(8, new byte[] {'t', 'e', 'x', 't'})));
        Path events = Files.write(folder.resolve("events"), file.toByteArray());
        assertThat(read(events)).isFalse();
        assertThat(scalars)
                .containsExactly(
                        new Scalar("x", 1, 2), new Scalar("x", 2, 3), new Scalar("x", 3, 4.5), new Scalar("x", 4, 5));
    }

    private static ProtobufMessage tensor(int type) {
        return new ProtobufMessage().number(1, type);
    }

    private static byte[] event(long step, ProtobufMessage tensor) {
        ProtobufMessage value = new ProtobufMessage().text(1, "x").message(8, tensor);
        return TensorBoardRecord.of(new ProtobufMessage()
                .real(1, WALL_TIME)
                .number(2, step)
                .message(5, new ProtobufMessage().message(1, value))
                .toBytes());
    }

    @Test
    void aFileCutAnywhereGivesWhatIsWhole() throws IOException {
        Path file = written();
        byte[] whole = Files.readAllBytes(file);
        read(file);
        List<Scalar> all = List.copyOf(scalars);
        int ends = 0;
        for (int length = 0; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            ends += read(file) ? 0 : 1;
            assertThat(scalars).as("cut to %s bytes", length).isEqualTo(all.subList(0, scalars.size()));
        }
        assertThat(ends)
                .as("lengths that end with a record: none, and 1 to 3 of 4")
                .isEqualTo(4);
    }

    @Test
    void aDamagedRecordIsNamedByItsPlace() throws IOException {
        Path file = written();
        byte[] bytes = Files.readAllBytes(file);
        int second = TensorBoardRecord.FRAME + (bytes[0] & 0xff);
        bytes[second + Long.BYTES + Integer.BYTES + 3] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(RunException.class)
                .hasMessage(file + ": the record at byte " + second + " is damaged: its checksum is another");
        assertThat(scalars).isEmpty();

        Path text = Files.writeString(folder.resolve("text"), "step,loss\n1,0.5\n2,0.4\n");
        assertThatThrownBy(() -> read(text))
                .isInstanceOf(RunException.class)
                .hasMessageContaining(": not a TensorBoard event file");
    }

    @Test
    void aRecordThatIsNoEventIsNamedByItsPlace() throws IOException {
        Path file = Files.write(folder.resolve("events"), TensorBoardRecord.of(new byte[] {0x3a, 100}));
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(RunException.class)
                .hasMessage(file + ": the record at byte 0 is not a TensorBoard event");
    }
}
