package dev.spectraledge.bench.peers;

import java.util.List;

/** libtorch on OpenBLAS, from {@code org.bytedeco:pytorch}. */
public final class LibtorchProvider implements StepContestantProvider {

    @Override
    public String name() {
        return "libtorch-openblas";
    }

    /** OpenBLAS's own threads inside libtorch's OpenMP threads spin against one another; that pair is left out. */
    @Override
    public List<ThreadConfiguration> threadConfigurations(int processors) {
        return processors == 1
                ? List.of(new ThreadConfiguration(1, 1))
                : List.of(new ThreadConfiguration(1, 1), new ThreadConfiguration(2, 1), new ThreadConfiguration(1, 2));
    }

    @Override
    public StepContestant create(StepInputs inputs, ThreadConfiguration threads) {
        return new LibtorchDyckStep(inputs, threads);
    }
}
