package dev.spectraledge.trainer.io;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * How event files are cut into records ("TFRecord"): length in 8 bytes, its checksum in 4, that many bytes of a message
 * of type Event, and their checksum in 4, all little-endian. A checksum is a CRC-32C, rotated and shifted so that checksums of data that
 * contain checksums stay good.
 */
final class TensorBoardRecord {
    /** Bytes of a record besides its message. */
    static final int FRAME = Long.BYTES + 2 * Integer.BYTES;

    private static final int MASK = 0xa282ead8;
    private static final int ROTATION = 15;
    /** Longer ones are not ours: the length itself is damaged. */
    private static final long LONGEST = 1 << 24;

    private TensorBoardRecord() {}

    /** The record of a message. */
    static byte[] of(byte[] message) {
        byte[] length = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(message.length)
                .array();
        return ByteBuffer.allocate(FRAME + message.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(length)
                .putInt(checksum(length))
                .put(message)
                .putInt(checksum(message))
                .array();
    }

    /** The message of the next record; null at the end of the file, and where a record is cut or damaged. */
    static byte[] read(DataInputStream in) throws IOException {
        byte[] length = in.readNBytes(Long.BYTES);
        byte[] lengthChecksum = in.readNBytes(Integer.BYTES);
        if (!isWhole(length, lengthChecksum)) {
            return null;
        }
        long bytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (bytes < 0 || bytes > LONGEST) {
            return null;
        }
        byte[] message = in.readNBytes((int) bytes);
        return message.length == bytes && isWhole(message, in.readNBytes(Integer.BYTES)) ? message : null;
    }

    private static boolean isWhole(byte[] bytes, byte[] checksum) {
        return checksum.length == Integer.BYTES
                && ByteBuffer.wrap(checksum).order(ByteOrder.LITTLE_ENDIAN).getInt() == checksum(bytes);
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Integer.rotateRight((int) crc.getValue(), ROTATION) + MASK;
    }
}
