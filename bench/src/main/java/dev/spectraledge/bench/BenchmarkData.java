package dev.spectraledge.bench;

import dev.spectraledge.kernels.MemoryOwner;

/** The memory of the data that benchmarks train on, which lives as long as their process. */
public final class BenchmarkData {
    public static final MemoryOwner MEMORY = MemoryOwner.open("data of benchmarks");

    private BenchmarkData() {}
}
