package dev.spectraledge.bench.peers;

import dev.spectraledge.trainer.data.Batching;
import java.util.List;

/**
 * Our engine with one way of laying out a batch: distinct sequences weighted by how often each was drawn (what a user
 * gets), each distinct prefix once, all sequences without padding, or all at full length (what the peers compute).
 */
final class SpectralEdgeProvider implements StepContestantProvider {

    private final Workload workload;
    private final Batching batching;

    SpectralEdgeProvider(Workload workload, Batching batching) {
        this.workload = workload;
        this.batching = batching;
    }

    @Override
    public String name() {
        return "spectral-edge-" + batching.key();
    }

    @Override
    public String workload() {
        return workload.key();
    }

    @Override
    public boolean ours() {
        return true;
    }

    @Override
    public List<ThreadConfiguration> threadConfigurations(int processors) {
        return processors == 1
                ? List.of(new ThreadConfiguration(1, 1))
                : List.of(new ThreadConfiguration(1, 1), new ThreadConfiguration(2, 1));
    }

    @Override
    public StepContestant create(StepInputs inputs, ThreadConfiguration threads) {
        return new SpectralEdgeStep(inputs, workload.setup(inputs, batching), threads.operators());
    }
}
