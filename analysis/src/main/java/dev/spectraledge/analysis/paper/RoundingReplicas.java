package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.SafetensorsWriter;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.SweepPlan;
import dev.spectraledge.trainer.training.RunInputs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The same runs again, from initial weights of which each is moved to one of its two neighbours in the precision of the
 * training, at random: as far as another order of the same sums would move it. Where they part company with the runs that they
 * repeat, nothing but rounding has decided (ours).
 */
public final class RoundingReplicas {
    /** Where their plan and runs lie in the directory of the runs that they repeat. */
    static final String FOLDER = "rounding";

    private RoundingReplicas() {}

    /**
     * Writes their plan and initial weights.
     *
     * @param repeated the runs, each of which is repeated {@code count} times
     * @param host draws the weights
     */
    public static SweepPlan plan(Paper paper, SweepPlan repeated, int count, Backend host) {
        Path root = repeated.root().resolve(FOLDER);
        Path initial = root.resolve("initial");
        try {
            Files.createDirectories(initial);
        } catch (IOException failure) {
            throw RunException.of("cannot create", initial, failure);
        }
        List<Map<String, Object>> kinds = new ArrayList<>();
        for (PlannedRun run : repeated.runs()) {
            RunConfig config = run.config();
            for (int replica = 1; replica <= count; replica++) {
                Path weights = initial.resolve(run.id() + "-" + replica + ".safetensors");
                writeWeights(config, replica, weights, host);
                Map<String, Object> kind = new LinkedHashMap<>(run.swept());
                kind.put(
                        "training.steps",
                        Math.min(
                                paper.roundingReplicas().steps(),
                                config.training().steps()));
                kind.put("training.initialWeights", weights.toAbsolutePath().toString());
                kinds.add(kind);
            }
        }
        return PaperRuns.write(root, kinds);
    }

    /** Experiments that are made on them, of those that are wanted. */
    public static List<Experiment> experiments(Paper paper, List<Experiment> wanted) {
        return wanted.stream()
                .filter(experiment -> paper.roundingReplicas().experiments().contains(experiment.name()))
                .toList();
    }

    private static void writeWeights(RunConfig config, int replica, Path file, Backend backend) {
        try (RunInputs inputs = new RunInputs(List.of(config));
                MemoryOwner owner = MemoryOwner.open("initial weights")) {
            DType precision = config.training().precision().type();
            Parameters weights = Parameters.allocate(
                    backend, owner, precision, 1, inputs.setup().architecture().layout());
            inputs.initialise(backend, weights);
            move(weights.flat(), replica);
            SafetensorsWriter.write(file, weights.named(0), Map.of());
        }
    }

    /** Moves each number {@code [1, P]} that is not zero to a neighbouring one. */
    static void move(Tensor weights, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean single = weights.type() == DType.FLOAT32;
        for (long index = 0; index < weights.size(1); index++) {
            double value = weights.get(0, index);
            boolean up = random.nextBoolean();
            if (value != 0) {
                double moved = single
                        ? up ? Math.nextUp((float) value) : Math.nextDown((float) value)
                        : up ? Math.nextUp(value) : Math.nextDown(value);
                weights.set(moved, 0, index);
            }
        }
    }
}
