package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.DyckLanguage;
import dev.spectraledge.trainer.data.ModularArithmetic;
import dev.spectraledge.trainer.data.ModularOperation;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.model.CausalTransformerArchitecture;
import dev.spectraledge.trainer.model.SequenceClassifierArchitecture;
import dev.spectraledge.trainer.model.TransformerShape;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** A Dyck training small enough for unit tests, with awkward sizes. */
public final class TinySetup {
    public static final TransformerShape SHAPE = new TransformerShape(3, 6, 10, 12, 2, 24, 3, 20, Gelu.ERF);

    private TinySetup() {}

    public static SplitData data() {
        return new DyckLanguage(5, 10, 120, 20, 3).generate();
    }

    public static OptimizerSettings settings(double weightDecay) {
        return new OptimizerSettings(1e-2, weightDecay, 0.9, 0.98, 1e-8, 0);
    }

    /** Two operations at once, with data of its own for each run. */
    public static TrainingSetup modular(DType precision, Batching batching, long... seeds) {
        List<ModularOperation> operations = List.of(ModularOperation.ADD, ModularOperation.X2_Y2);
        TransformerShape shape = new TransformerShape(7, 7, 2, 2, 2, 24, 3, 20, Gelu.ERF);
        return new TrainingSetup(
                Arrays.stream(seeds)
                        .mapToObj(seed -> new ModularArithmetic(operations, 7, 0.6).generate(seed))
                        .toList(),
                new SequenceClassifierArchitecture(shape, List.of("add", "x2_y2")),
                0,
                seeds,
                Collections.nCopies(seeds.length, settings(0.5)),
                false,
                false,
                1.0,
                16,
                batching,
                precision);
    }

    public static TrainingSetup setup(DType precision, Batching batching, long... seeds) {
        OptimizerSettings[] settings = new OptimizerSettings[seeds.length];
        Arrays.fill(settings, settings(0.5));
        return new TrainingSetup(
                Collections.nCopies(seeds.length, data()),
                new CausalTransformerArchitecture(SHAPE),
                DyckLanguage.PADDING,
                seeds,
                Arrays.asList(settings),
                false,
                false,
                1.0,
                16,
                batching,
                precision);
    }
}
