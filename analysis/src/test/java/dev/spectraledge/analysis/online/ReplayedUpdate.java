package dev.spectraledge.analysis.online;

import dev.spectraledge.analysis.spectrum.SyntheticTrajectory;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.Update;

/** Shows an observer the updates of trajectories, one per run, as a trainer would. */
final class ReplayedUpdate {
    final Update update;
    final Tensor decayPart;
    private final SyntheticTrajectory[] runs;
    private final Tensor before;
    final Tensor after;

    ReplayedUpdate(MemoryOwner owner, DType type, int stride, SyntheticTrajectory... runs) {
        this(owner, type, stride, 1, runs);
    }

    /** @param known by which the decay factor is multiplied, as NaN does where there is none */
    ReplayedUpdate(MemoryOwner owner, DType type, int stride, double known, SyntheticTrajectory... runs) {
        this.runs = runs;
        int size = runs[0].parameters[0].length;
        decayPart = Tensor.allocate(owner, type, runs.length, size);
        before = Tensor.allocate(owner, type, runs.length, size);
        after = Tensor.allocate(owner, type, runs.length, size);
        // The trajectories' factor is that of a whole interval.
        update = new Update(stride, decayPart, before, after, new Update.Rates() {
            @Override
            public double learningRate(int run, long step) {
                return SyntheticTrajectory.LEARNING_RATE;
            }

            @Override
            public double decayRate(int run, long step) {
                return known * runs[run].decayFactor / stride;
            }
        });
    }

    /** Update {@code index} of every trajectory, counted from 0. */
    Update load(int index) {
        for (int run = 0; run < runs.length; run++) {
            for (int element = 0; element < runs[run].parameters[0].length; element++) {
                decayPart.set(runs[run].decayParts[index][element], run, element);
                before.set(runs[run].parameters[index][element], run, element);
                after.set(runs[run].parameters[index + 1][element], run, element);
            }
        }
        update.setStep((long) (index + 1) * update.stride());
        return update;
    }
}
