package dev.spectraledge.kernels;

/** How many rows of a {@code [runs, capacity, width]} activation are in use, run by run. */
public interface Rows {
    int runs();

    int rows(int run);
}
