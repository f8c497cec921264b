package dev.spectraledge.trainer.io;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of numbers, which take less than four times the bytes of the text that they were read from: an empty cell, of which
 * the text has no more than the comma, and a small whole number take a byte, every other number nine. Rows are collected
 * into blocks, in which the numbers of a column stand together.
 */
final class PackedRows {
    /** Of a block, unless {@value #FEWEST_ROWS} rows have more. */
    private static final int NUMBERS = 1 << 16;
    /** So that where its columns begin takes half a byte for each number of a block at most. */
    private static final int FEWEST_ROWS = 8;

    private static final byte MISSING = Byte.MIN_VALUE;
    private static final byte DOUBLE = Byte.MIN_VALUE + 1;
    private static final byte SMALLEST = Byte.MIN_VALUE + 2;

    private final int columns;
    private final int mostCollected;
    private final List<Block> blocks = new ArrayList<>();
    /** Row by row. */
    private double[] collected;

    private int collectedRows;
    private int rows;

    /** Rows whose column k is packed from {@code starts[k]} on. */
    private record Block(int rows, int[] starts, ByteBuffer packed) {
        void copyTo(double[] target, int from, int column) {
            int position = starts[column];
            for (int row = 0; row < rows; row++) {
                byte first = packed.get(position++);
                if (first == DOUBLE) {
                    target[from + row] = packed.getDouble(position);
                    position += Double.BYTES;
                } else {
                    target[from + row] = first == MISSING ? Double.NaN : first;
                }
            }
        }
    }

    PackedRows(int columns) {
        this.columns = columns;
        mostCollected = Math.max(FEWEST_ROWS, NUMBERS / columns);
        collected = new double[FEWEST_ROWS * columns];
    }

    int rows() {
        return rows;
    }

    /** @param row a number per column; it may be used again */
    void add(double[] row) {
        if (collectedRows == mostCollected) {
            pack();
        }
        int from = collectedRows * columns;
        if (from == collected.length) {
            collected = Arrays.copyOf(collected, Math.min(2 * collectedRows, mostCollected) * columns);
        }
        System.arraycopy(row, 0, collected, from, columns);
        collectedRows++;
        rows++;
    }

    /** The numbers of a column, in an array of their own. */
    double[] column(int column) {
        double[] numbers = new double[rows];
        int from = 0;
        for (Block block : blocks) {
            block.copyTo(numbers, from, column);
            from += block.rows();
        }
        for (int row = 0; row < collectedRows; row++) {
            numbers[from + row] = collected[row * columns + column];
        }
        return numbers;
    }

    private void pack() {
        int size = 0;
        for (double number : collected) {
            size += bytes(number);
        }
        ByteBuffer packed = ByteBuffer.allocate(size);
        int[] starts = new int[columns];
        for (int column = 0; column < columns; column++) {
            starts[column] = packed.position();
            for (int row = 0; row < collectedRows; row++) {
                pack(collected[row * columns + column], packed);
            }
        }
        blocks.add(new Block(collectedRows, starts, packed));
        collectedRows = 0;
    }

    private static int bytes(double number) {
        return Double.isNaN(number) || isSmall(number) ? 1 : 1 + Double.BYTES;
    }

    private static void pack(double number, ByteBuffer packed) {
        if (Double.isNaN(number)) {
            packed.put(MISSING);
        } else if (isSmall(number)) {
            packed.put((byte) number);
        } else {
            packed.put(DOUBLE).putDouble(number);
        }
    }

    /** Zero with a sign is no whole number of one byte. */
    private static boolean isSmall(double number) {
        byte whole = (byte) number;
        return whole >= SMALLEST && Double.doubleToRawLongBits(whole) == Double.doubleToRawLongBits(number);
    }
}
