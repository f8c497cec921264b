package dev.spectraledge.bench.peers;

import dev.spectraledge.bindings.OpenBlasLibrary;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.step.BatchSource;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingSetup;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** The step in our engine. */
final class SpectralEdgeStep implements StepContestant {

    private final StepTrainer trainer;
    private final TrainingSetup setup;
    private final int workers;

    SpectralEdgeStep(StepInputs inputs, TrainingSetup setup, int workers) {
        this.setup = setup;
        this.workers = workers;
        int[][] batches = inputs.batches();
        BatchSource source = (step, run, draws) -> copy(batches[(int) ((step - 1) % batches.length)], draws);
        trainer = new StepTrainer(Lanes.onHost(new CpuBackend(), new Workers(workers)), setup, source, List.of());
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
        environment.put("batching", setup.batching().key());
        environment.put("workers", Integer.toString(workers));
        return environment;
    }

    private static void copy(int[] from, long[] to) {
        for (int index = 0; index < to.length; index++) {
            to[index] = from[index];
        }
    }
}
