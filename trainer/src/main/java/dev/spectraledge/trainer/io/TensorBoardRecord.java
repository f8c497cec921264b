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
    /** Even those of other programs, which may hold the graph of a model or pictures, are shorter. */
    private static final long LONGEST = 1 << 28;

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

    /** How a file goes on. */
    enum Kind {
        WHOLE,
        /** With nothing. */
        END,
        /** With the beginning of a record, as while it is being written. */
        CUT,
        DAMAGED
    }

    /** @param message of a record that is whole; else null */
    record Next(Kind kind, byte[] message) {
        private static Next without(Kind kind) {
            return new Next(kind, null);
        }
    }

    /** Reads the next record. */
    static Next next(DataInputStream in) throws IOException {
        byte[] length = in.readNBytes(Long.BYTES);
        byte[] lengthChecksum = in.readNBytes(Integer.BYTES);
        if (lengthChecksum.length < Integer.BYTES) {
            return Next.without(length.length == 0 ? Kind.END : Kind.CUT);
        }
        long bytes = ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong();
        if (!isWhole(length, lengthChecksum) || bytes < 0 || bytes > LONGEST) {
            return Next.without(Kind.DAMAGED);
        }
        byte[] message = in.readNBytes((int) bytes);
        byte[] checksum = in.readNBytes(Integer.BYTES);
        if (checksum.length < Integer.BYTES) {
            return Next.without(Kind.CUT);
        }
        return isWhole(message, checksum) ? new Next(Kind.WHOLE, message) : Next.without(Kind.DAMAGED);
    }

    private static boolean isWhole(byte[] bytes, byte[] checksum) {
        return ByteBuffer.wrap(checksum).order(ByteOrder.LITTLE_ENDIAN).getInt() == checksum(bytes);
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Integer.rotateRight((int) crc.getValue(), ROTATION) + MASK;
    }
}
