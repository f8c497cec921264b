package dev.spectraledge.trainer.step;

import dev.spectraledge.trainer.data.BatchPacker;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.PackedBatch;

/** Packs each micro-batch when it is wanted, straight to where the lanes that share it compute with it. */
final class SharedBatches implements BatchIntake {
    private final TrainingSetup setup;
    private final boolean[] ended;
    private final BatchSource source;
    /** Of each run, one for each lane that shares it. */
    private final PackedBatch[][] batches;

    private final BatchPacker packer;
    private final long[][] draws;
    private final int[] counted;
    private int taken;

    SharedBatches(StepMemory memory, BatchSource source, PackedBatch[][] batches) {
        this.source = source;
        this.batches = batches;
        setup = memory.setup();
        ended = memory.ended();
        packer = setup.packer(batches[0].length);
        draws = new long[setup.runs()][setup.drawsOfStep()];
        counted = new int[setup.runs()];
    }

    @Override
    public int room(long firstStep) {
        return 1;
    }

    @Override
    public void stage(long firstStep, int count) {
        taken = 0;
        for (int run = 0; run < draws.length; run++) {
            if (!ended[run]) {
                source.draw(firstStep, run, draws[run]);
                counted[run] = BatchPacker.countedTargets(train(run), draws[run]);
            }
        }
    }

    @Override
    public void next() {
        for (int run = 0; run < draws.length; run++) {
            if (!ended[run]) {
                PackedBatch[] shares = batches[run];
                for (int share = 0; share < shares.length; share++) {
                    shares[share].clear();
                }
                packer.pack(train(run), 0, draws[run], taken, setup.batchSize(), counted[run], shares);
            }
        }
        taken += setup.batchSize();
    }

    private Examples train(int run) {
        return setup.data().get(run).train();
    }
}
