package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.HostMirror;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.EvaluationSet;
import dev.spectraledge.trainer.data.ExampleForm;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.model.Model;
import java.util.ArrayList;
import java.util.List;

/**
 * Loss and accuracy of all runs over the whole data set of each, as one recording. Each distinct sequence is brought to the
 * backend's memory once, when the evaluator is made.
 */
final class RecordedEvaluator implements AutoCloseable {
    private final Backend backend;
    private final Model model;
    private final ExampleForm form;
    private final List<PackedBatch> batches = new ArrayList<>();
    private final Tensor statistics;
    private final HostMirror mirror;
    private final RecordedOperations operations;

    /**
     * @param data one per run, all of one size
     * @param batchRows rows of one batch at most, unless one sequence has more; what the model has room for
     * @param batchSources sequences of one batch at most where they answer a source
     */
    RecordedEvaluator(
            Backend backend,
            MemoryOwner owner,
            Model model,
            List<EvaluationSet> data,
            int paddingToken,
            DType precision,
            int batchRows,
            int batchSources) {
        this.backend = backend;
        this.model = model;
        form = data.getFirst().examples().form();
        int runs = data.size();
        List<List<int[]>> members = data.stream()
                .map(own -> own.batches(0, 1, batchRows, batchSources))
                .toList();
        for (int index = 0; index < members.getFirst().size(); index++) {
            PackedBatch batch = data.getFirst()
                    .room(backend, owner, precision, runs, members.getFirst().get(index));
            try (MemoryOwner staging = MemoryOwner.open("evaluation batch")) {
                PackedBatch staged = batch.onHost(staging);
                for (int run = 0; run < runs; run++) {
                    data.get(run).append(members.get(run).get(index), staged, run, paddingToken);
                }
                staged.copyRows(backend, batch);
            }
            batches.add(batch);
        }
        statistics = backend.allocate(owner, DType.FLOAT64, form.accuracies(), runs, 3);
        mirror = backend.mirror(owner, statistics);
        operations = new RecordedOperations(backend, this::addUp);
    }

    private void addUp() {
        backend.fill(statistics, 0);
        for (int i = 0; i < batches.size(); i++) {
            model.evaluate(batches.get(i), statistics);
        }
    }

    /** One result per run. */
    Evaluation[] evaluate() {
        operations.run();
        mirror.download();
        mirror.await();
        Tensor sums = mirror.values();
        Evaluation[] results = new Evaluation[(int) sums.size(1)];
        for (int run = 0; run < results.length; run++) {
            double[][] ofRun = new double[(int) sums.size(0)][3];
            for (int accuracy = 0; accuracy < ofRun.length; accuracy++) {
                for (int column = 0; column < 3; column++) {
                    ofRun[accuracy][column] = sums.get(accuracy, run, column);
                }
            }
            results[run] = Evaluation.of(form, ofRun);
        }
        return results;
    }

    @Override
    public void close() {
        operations.close();
    }
}
