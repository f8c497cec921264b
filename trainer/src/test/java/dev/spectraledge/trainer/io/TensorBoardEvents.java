package dev.spectraledge.trainer.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Decodes an event file by the book, and checks every checksum with arithmetic of its own. */
final class TensorBoardEvents {
    private TensorBoardEvents() {}

    /** One scalar, or a mark with the tag {@code mark}, or the file's version with that as its tag. */
    record Scalar(String tag, long step, float value) {}

    static List<Scalar> read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Scalar> scalars = new ArrayList<>();
        while (bytes.hasRemaining()) {
            byte[] length = take(bytes, 8);
            assertThat(bytes.getInt()).as("checksum of a length").isEqualTo(maskedCrc32c(length));
            byte[] event = take(bytes, (int)
                    ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong());
            assertThat(bytes.getInt()).as("checksum of an event").isEqualTo(maskedCrc32c(event));
            event(event, scalars);
        }
        return scalars;
    }

    private static void event(byte[] event, List<Scalar> scalars) {
        ByteBuffer fields = ByteBuffer.wrap(event).order(ByteOrder.LITTLE_ENDIAN);
        assertThat(fields.get()).as("key of wall_time, a double").isEqualTo((byte) 0x09);
        assertThat(fields.getDouble()).isPositive();
        long step = 0;
        while (fields.hasRemaining()) {
            int key = fields.get();
            switch (key) {
                case 0x10 -> step = varint(fields);
                case 0x1a -> scalars.add(new Scalar(text(fields), step, 0));
                case 0x2a -> summary(ByteBuffer.wrap(take(fields, (int) varint(fields))), step, scalars);
                case 0x3a -> {
                    assertThat(take(fields, (int) varint(fields))).containsExactly(8, 3);
                    scalars.add(new Scalar("mark", step, 0));
                }
                default -> throw new AssertionError("unexpected key " + key);
            }
        }
    }

    private static void summary(ByteBuffer summary, long step, List<Scalar> scalars) {
        while (summary.hasRemaining()) {
            assertThat(summary.get()).as("key of a value").isEqualTo((byte) 0x0a);
            ByteBuffer value =
                    ByteBuffer.wrap(take(summary, (int) varint(summary))).order(ByteOrder.LITTLE_ENDIAN);
            assertThat(value.get()).as("key of its tag").isEqualTo((byte) 0x0a);
            String tag = text(value);
            assertThat(value.get()).as("key of simple_value, a float").isEqualTo((byte) 0x15);
            scalars.add(new Scalar(tag, step, value.getFloat()));
            assertThat(value.hasRemaining()).isFalse();
        }
    }

    private static String text(ByteBuffer fields) {
        return new String(take(fields, (int) varint(fields)), StandardCharsets.UTF_8);
    }

    private static byte[] take(ByteBuffer bytes, int count) {
        byte[] taken = new byte[count];
        bytes.get(taken);
        return taken;
    }

    private static long varint(ByteBuffer bytes) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    /** Bit by bit, with the reflected Castagnoli polynomial. */
    static int maskedCrc32c(byte[] bytes) {
        int crc = -1;
        for (byte next : bytes) {
            crc ^= next & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc >>> 1) ^ ((crc & 1) == 0 ? 0 : 0x82f63b78);
            }
        }
        crc = ~crc;
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }
}
