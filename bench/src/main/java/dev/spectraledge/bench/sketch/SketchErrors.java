package dev.spectraledge.bench.sketch;

import dev.spectraledge.bench.dyck.DyckTraining;
import dev.spectraledge.bench.machine.Machine;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.SketchOperator;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.linalg.RollingGram;
import dev.spectraledge.kernels.linalg.SketchedWindow;
import dev.spectraledge.kernels.linalg.WindowSpectrum;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.data.Batching;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The errors of sketched singular values over the seeds of the sketch, on a window of W = 10 updates of the attention
 * matrices from the Dyck training, 10 steps each: relative to the exact window, for d = 10W sparse signs. Prints a
 * table and writes it to the folder that system property {@code results.dir} names.
 */
public final class SketchErrors {
    private static final int WINDOW = 10;
    private static final int STEPS_PER_UPDATE = 10;
    private static final int STEPS_BEFORE = 400;
    private static final int SEEDS = 200;
    private static final double[] QUANTILES = {0.05, 0.5, 0.95};

    private final CpuBackend backend = new CpuBackend();
    private final MemoryOwner owner;
    private final Workers workers;
    private final Tensor updates;

    private SketchErrors(MemoryOwner owner, Workers workers) {
        this.owner = owner;
        this.workers = workers;
        updates = backend.allocate(owner, DType.FLOAT32, 1, WINDOW * DyckTraining.ATTENTION_PARAMETERS);
    }

    /** No arguments. */
    public static void main(String[] arguments) throws IOException {
        Machine machine = Machine.current();
        StringBuilder text = new StringBuilder("# Errors of sketched singular values over the seeds of the sketch\n\n");
        text.append(String.format(
                Locale.ROOT,
                "W = %d updates of %,d attention parameters of the Dyck training, %d steps each, after step %d; sparse"
                        + " signs, d = 10W = %d; %d seeds. Errors are relative to the exact singular value; the certified"
                        + " bound holds for all at once with probability %s.%n%n",
                WINDOW,
                DyckTraining.ATTENTION_PARAMETERS,
                STEPS_PER_UPDATE,
                STEPS_BEFORE,
                10 * WINDOW,
                SEEDS,
                1 - SketchedWindow.FAILURE_PROBABILITY));
        try (MemoryOwner owner = MemoryOwner.open("sketch errors");
                Workers workers = new Workers(1)) {
            SketchErrors errors = new SketchErrors(owner, workers);
            errors.collectUpdates();
            errors.tabulate(text);
        }
        machine.environment()
                .forEach((key, value) ->
                        text.append("- ").append(key).append(": ").append(value).append('\n'));
        Path folder = Files.createDirectories(
                Path.of(System.getProperty("results.dir")).resolve(machine.slug()));
        Files.writeString(folder.resolve("sketch-errors.md"), text);
        System.out.print(text);
    }

    private Tensor update(int row) {
        long size = DyckTraining.ATTENTION_PARAMETERS;
        return updates.slice(1, row * size, (row + 1) * size);
    }

    private void collectUpdates() {
        try (DyckTraining training = DyckTraining.published(Batching.DEDUPLICATED, 1, DyckTraining.Observers.NONE)) {
            Tensor parameters = training.trainer().parameters().subset(ParameterSubset.ATTENTION);
            train(training, STEPS_BEFORE);
            for (int row = 0; row < WINDOW; row++) {
                backend.copy(parameters, update(row));
                train(training, STEPS_PER_UPDATE);
                backend.subtract(parameters, update(row), update(row));
            }
        }
    }

    private static void train(DyckTraining training, int steps) {
        for (int step = 0; step < steps; step++) {
            training.trainer().step();
        }
    }

    private double[] exact() {
        RollingGram window =
                new RollingGram(backend, workers, owner, DType.FLOAT32, 1, WINDOW, DyckTraining.ATTENTION_PARAMETERS);
        WindowSpectrum spectrum = new WindowSpectrum(1, WINDOW);
        for (int row = 0; row < WINDOW; row++) {
            window.add(update(row));
        }
        window.spectrum(spectrum);
        double[] values = new double[WINDOW];
        Arrays.setAll(values, index -> spectrum.singularValue(0, index));
        return values;
    }

    private void tabulate(StringBuilder text) {
        double[] exact = exact();
        double[][] errors = new double[WINDOW][SEEDS];
        int outside = 0;
        double bound = 0;
        WindowSpectrum spectrum = new WindowSpectrum(1, WINDOW);
        for (int seed = 0; seed < SEEDS; seed++) {
            try (MemoryOwner scratch = MemoryOwner.open("one sketch")) {
                SketchedWindow window = new SketchedWindow(
                        backend,
                        workers,
                        scratch,
                        SketchedWindow.operator(SketchOperator.Kind.SPARSE_SIGN, 10 * WINDOW, new PhiloxKey(seed, 1)),
                        1,
                        WINDOW,
                        DyckTraining.ATTENTION_PARAMETERS);
                for (int row = 0; row < WINDOW; row++) {
                    window.add(update(row));
                }
                window.spectrum(spectrum);
            }
            boolean held = true;
            for (int index = 0; index < WINDOW; index++) {
                errors[index][seed] = spectrum.singularValue(0, index) / exact[index] - 1;
                held &= Math.abs(errors[index][seed]) <= spectrum.relativeErrorBound(0, index);
                bound = Math.max(bound, spectrum.relativeErrorBound(0, index));
            }
            outside += held ? 0 : 1;
        }
        text.append(String.format(
                Locale.ROOT,
                "Largest certified bound %.2f; seeds with an error beyond theirs: %d of %d.%n%n",
                bound,
                outside,
                SEEDS));
        text.append(
                "| k | σ_k/σ_1 | mean | rms | 5 % | median | 95 % | largest |\n|---|---|---|---|---|---|---|---|\n");
        for (int index = 0; index < WINDOW; index++) {
            text.append(row(index, exact[index] / exact[0], errors[index]));
        }
        text.append('\n');
    }

    private static String row(int index, double relativeSize, double[] errors) {
        double[] sorted = Arrays.stream(errors).sorted().toArray();
        List<String> quantiles = Arrays.stream(QUANTILES)
                .mapToObj(quantile ->
                        String.format(Locale.ROOT, "%+.3f", sorted[(int) Math.round(quantile * (sorted.length - 1))]))
                .toList();
        return String.format(
                Locale.ROOT,
                "| %d | %.4f | %+.4f | %.4f | %s | %.3f |%n",
                index + 1,
                relativeSize,
                Arrays.stream(errors).average().orElseThrow(),
                Math.sqrt(Arrays.stream(errors)
                        .map(error -> error * error)
                        .average()
                        .orElseThrow()),
                String.join(" | ", quantiles),
                Arrays.stream(errors).map(Math::abs).max().orElseThrow());
    }
}
