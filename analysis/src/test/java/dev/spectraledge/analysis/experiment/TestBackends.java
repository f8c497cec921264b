package dev.spectraledge.analysis.experiment;

import dev.spectraledge.kernels.cpu.CpuBackend;

/** What experiments compute with in tests. */
public final class TestBackends {
    public static final Backends HOST = Backends.onHost(new CpuBackend());

    private TestBackends() {}
}
