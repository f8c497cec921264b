package dev.spectraledge.bench.peers;

import java.util.List;

/** Stock PyTorch (MKL) through DJL. */
public final class DjlProvider implements StepContestantProvider {

    @Override
    public String name() {
        return "pytorch-djl";
    }

    @Override
    public List<ThreadConfiguration> threadConfigurations(int processors) {
        return processors == 1
                ? List.of(new ThreadConfiguration(1, 1))
                : List.of(new ThreadConfiguration(1, 1), new ThreadConfiguration(2, 2));
    }

    @Override
    public StepContestant create(StepInputs inputs, ThreadConfiguration threads) {
        // Read by DJL when its engine starts: nothing is fetched, the native code comes from the class path.
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads.operators()));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        return new DjlDyckStep(inputs);
    }
}
