package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.data.PackedBatch;
import java.util.ArrayList;
import java.util.List;

/** {@link Lanes#onHost}. */
record HostLanes(Backend backend, Workers workers) implements Lanes {
    private static final int BLOCK = 8;
    /** Fewer keep no worker busy. */
    private static final int ROWS = 100;

    /**
     * How many workers are worth their while: of several runs each has one at least; of one run, each has a hundred rows or
     * more, and no more of them than their gradients pay for. (A row costs 6P operations, a lane's own gradient about 12P bytes
     * of everybody's memory. Where a core does 200 operations in the time in which all cores together move 67 bytes, √(rows/6)
     * lanes are the fastest.)
     */
    static int usefulWorkers(TrainingSetup setup, int cores) {
        if (setup.runs() > 1) {
            return Math.min(cores, setup.runs());
        }
        int rows = setup.typicalRows();
        return Math.max(1, Math.min(cores, Math.min(rows / ROWS, (int) Math.sqrt(rows / 6.0))));
    }

    @Override
    public boolean computeEndedRuns() {
        return false;
    }

    @Override
    public int ahead(TrainingSetup setup) {
        return 0;
    }

    @Override
    public int block() {
        return BLOCK;
    }

    @Override
    public int shares(TrainingSetup setup) {
        return setup.runs() > 1 ? setup.runs() : workers.count();
    }

    @Override
    public Opened open(StepMemory memory, BatchSource source) {
        int runs = memory.setup().runs();
        int count = runs > 1 ? Math.min(runs, workers.count()) : workers.count();
        List<HostLane> lanes = new ArrayList<>();
        for (int lane = 0; lane < count; lane++) {
            lanes.add(runs > 1 ? HostLane.ofRuns(memory, lane, count) : HostLane.ofRun(memory, lane, count));
        }
        PackedBatch[][] batches = new PackedBatch[runs][];
        for (int run = 0; run < runs; run++) {
            int own = run;
            batches[run] =
                    lanes.stream().flatMap(lane -> lane.batches(own).stream()).toArray(PackedBatch[]::new);
        }
        return new Opened(lanes, new SharedBatches(memory, source, batches));
    }
}
