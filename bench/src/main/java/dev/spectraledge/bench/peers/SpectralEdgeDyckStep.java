package dev.spectraledge.bench.peers;

import dev.spectraledge.bench.dyck.DyckTraining;
import dev.spectraledge.bindings.OpenBlasLibrary;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.SequenceDataset;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.training.BatchSource;
import dev.spectraledge.trainer.training.Trainer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SortedMap;
import java.util.TreeMap;

/** The step in our engine. */
final class SpectralEdgeDyckStep implements StepContestant {

    private final Trainer trainer;
    private final Batching batching;
    private final int workers;

    SpectralEdgeDyckStep(DyckInputs inputs, Batching batching, int workers) {
        this.batching = batching;
        this.workers = workers;
        SequenceDataset train = dataset(inputs);
        int[][] batches = inputs.batches();
        BatchSource source = (step, run, draws) ->
                System.arraycopy(batches[(int) ((step - 1) % batches.length)], 0, draws, 0, draws.length);
        // Nothing is evaluated, so the training set may stand for the test set.
        DyckTraining training =
                new DyckTraining(new SplitData(train, train), source, batching, workers, DyckTraining.Observers.NONE);
        trainer = training.trainer();
        inputs.weights()
                .forEach((name, weight) -> MemorySegment.copy(
                        weight.values(),
                        0,
                        trainer.parameters().get(name).segment(),
                        ValueLayout.JAVA_FLOAT,
                        0,
                        weight.values().length));
        trainer.start();
    }

    private static SequenceDataset dataset(DyckInputs inputs) {
        try (MemoryOwner owner = MemoryOwner.open("training rows")) {
            return SequenceDataset.ofLabelledTokens(
                    "train",
                    integers(owner, inputs.tokens()),
                    integers(owner, inputs.labels()),
                    DyckTraining.VOCABULARY,
                    DyckTraining.CLASSES);
        }
    }

    private static Tensor integers(MemoryOwner owner, int[][] rows) {
        Tensor tensor = Tensor.allocate(owner, DType.INT32, rows.length, rows[0].length);
        for (int row = 0; row < rows.length; row++) {
            MemorySegment.copy(rows[row], 0, tensor.run(row).segment(), ValueLayout.JAVA_INT, 0, rows[row].length);
        }
        return tensor;
    }

    @Override
    public double step() {
        trainer.step();
        return trainer.loss(0);
    }

    @Override
    public SortedMap<String, String> environment() {
        OpenBlasLibrary library = OpenBlasLibrary.load();
        SortedMap<String, String> environment = new TreeMap<>();
        environment.put("OpenBLAS", library.version());
        environment.put("OpenBLAS core", library.coreName());
        environment.put("OpenBLAS threads", Integer.toString(library.threads()));
        environment.put("batching", batching.key());
        environment.put("workers", Integer.toString(workers));
        return environment;
    }
}
