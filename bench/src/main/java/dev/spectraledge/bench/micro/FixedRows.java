package dev.spectraledge.bench.micro;

import dev.spectraledge.kernels.Rows;

/** The same number of rows at every call, of one run. */
record FixedRows(int count) implements Rows {

    @Override
    public int runs() {
        return 1;
    }

    @Override
    public int rows(int run) {
        return count;
    }
}
