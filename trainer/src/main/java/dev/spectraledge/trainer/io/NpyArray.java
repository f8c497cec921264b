package dev.spectraledge.trainer.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One array as NumPy stores it (version 1.0 of its format "npy"): little-endian, rows first, its data at a multiple of 64
 * bytes.
 */
public final class NpyArray {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int ALIGNMENT = 64;

    private final ByteBuffer bytes;

    private NpyArray(String type, String shape, int elements) {
        String dictionary = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
        int start = MAGIC.length + Short.BYTES;
        int aligned = Math.ceilDiv(start + dictionary.length() + 1, ALIGNMENT) * ALIGNMENT;
        String padded = dictionary + " ".repeat(aligned - start - dictionary.length() - 1) + "\n";
        bytes = ByteBuffer.allocate(Math.addExact(aligned, Math.multiplyExact(elements, Double.BYTES)))
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(MAGIC)
                .putShort((short) padded.length())
                .put(padded.getBytes(StandardCharsets.US_ASCII));
    }

    /** A vector of 64-bit integers. */
    public static NpyArray of(long[] values) {
        NpyArray array = new NpyArray("<i8", "(" + values.length + ",)", values.length);
        for (long value : values) {
            array.bytes.putLong(value);
        }
        return array;
    }

    /** A vector of 64-bit floating-point numbers. */
    public static NpyArray of(double[] values) {
        NpyArray array = new NpyArray("<f8", "(" + values.length + ",)", values.length);
        for (double value : values) {
            array.bytes.putDouble(value);
        }
        return array;
    }

    /** A matrix of 64-bit floating-point numbers from its columns, one or more of equal length. */
    public static NpyArray ofColumns(List<double[]> columns) {
        int rows = columns.getFirst().length;
        String shape = "(" + rows + ", " + columns.size() + ")";
        NpyArray array = new NpyArray("<f8", shape, Math.multiplyExact(rows, columns.size()));
        for (int row = 0; row < rows; row++) {
            for (double[] column : columns) {
                if (column.length != rows) {
                    throw new IllegalArgumentException("columns of " + rows + " and of " + column.length + " rows");
                }
                array.bytes.putDouble(column[row]);
            }
        }
        return array;
    }

    /** Header and data. */
    byte[] bytes() {
        return bytes.array();
    }
}
