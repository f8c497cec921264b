package dev.spectraledge.kernels.cpu;

import dev.spectraledge.kernels.Tensor;

/** Rows of a table by numbers that come from data. */
final class TableRows {
    private TableRows() {}

    /** Address of the row of {@code table} that element {@code row} of the INT32 vector {@code numbers} names. */
    static long address(String name, Tensor numbers, int row, Tensor table) {
        int number = RawMemory.readInt(numbers.address() + (long) row * Integer.BYTES);
        if (number < 0 || number >= table.size(0)) {
            throw new IllegalArgumentException(
                    name + " " + number + " in row " + row + " is outside its table of " + table.size(0) + " rows");
        }
        return table.address() + number * table.stride(0) * table.type().bytes();
    }
}
