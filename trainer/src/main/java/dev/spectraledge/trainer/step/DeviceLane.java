package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Replay;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.EvaluationSet;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.model.Model;
import dev.spectraledge.trainer.model.Workspace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** All runs side by side in one model, whose batches come from a ring; what it does is recorded. */
final class DeviceLane implements Lane, BatchIntake {
    private final StepMemory memory;
    private final Backend backend;
    private final BatchRing ring;
    private final int evaluationRows;
    private final Model model;
    private final Tensor gradient;
    private final Tensor statistics;
    /** Of batches that a step's gradient begins with. */
    private final Map<BatchSize, Replay> firsts = new HashMap<>();

    private final Map<BatchSize, Replay> others = new HashMap<>();

    /** @param steps that are launched ahead */
    DeviceLane(StepMemory memory, BatchSource source, int steps) {
        this.memory = memory;
        backend = memory.backend();
        TrainingSetup setup = memory.setup();
        ring = new BatchRing(backend, memory.owner(), setup, source, steps);
        evaluationRows = Math.max(TrainingSetup.EVALUATION_ROWS, setup.contextLength());
        model = setup.architecture()
                .create(new Workspace(
                                backend,
                                memory.owner(),
                                setup.precision(),
                                setup.runs(),
                                Math.max(ring.capacityRows(), evaluationRows),
                                memory.parameters(),
                                memory.gradients())
                        .withSourceRows(ring.capacitySourceRows())
                        .withSharedPrefixes(setup.sharesPrefixes() ? Math.max(ring.capacityKeys(), evaluationRows) : 0)
                        .withLossGradient(setup.lossGradient()));
        gradient = memory.gradients().flat();
        statistics = memory.statistics(0, setup.runs());
    }

    @Override
    public int room(long firstStep) {
        return ring.room(firstStep);
    }

    @Override
    public void stage(long firstStep, int count) {
        ring.stage(firstStep, count);
    }

    @Override
    public void next() {
        // The operations of a step take the batch that the ring's counter names.
    }

    @Override
    public void differentiate(boolean isFirst) {
        Map<BatchSize, Replay> recordings = isFirst ? firsts : others;
        Replay recording = recordings.get(ring.size());
        if (recording == null) {
            recording = recording(ring.batch(ring.size()), isFirst);
            recordings.put(ring.size(), recording);
        }
        recording.replay();
    }

    private Replay recording(PackedBatch batch, boolean isFirst) {
        return Replay.afterFirst(backend, () -> {
            ring.take(batch);
            if (isFirst) {
                backend.fill(gradient, 0);
            }
            model.differentiate(batch, statistics);
        });
    }

    @Override
    public List<Share> shares() {
        return List.of(new Share(0, gradient));
    }

    @Override
    public List<EvaluationShare> evaluation(List<EvaluationSet> sets) {
        return List.of(EvaluationShare.ofWholeSequences(
                new EvaluationShare.Place(memory, 0, sets, 0, 1), model, evaluationRows, ring.capacitySourceRows()));
    }

    @Override
    public void addLogitGradients(int run, LogitGradients gradients) {
        throw new UnsupportedOperationException("derivatives by logits stay on the device");
    }

    @Override
    public void close() {
        firsts.values().forEach(Replay::close);
        others.values().forEach(Replay::close);
    }
}
