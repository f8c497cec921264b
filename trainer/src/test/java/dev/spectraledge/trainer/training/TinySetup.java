package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.data.TokenStream;
import dev.spectraledge.trainer.data.TokenWidth;
import dev.spectraledge.trainer.model.CausalTransformerArchitecture;
import dev.spectraledge.trainer.model.EncoderDecoderArchitecture;
import dev.spectraledge.trainer.model.EncoderDecoderShape;
import dev.spectraledge.trainer.model.GptVariant;
import dev.spectraledge.trainer.model.SequenceClassifierArchitecture;
import dev.spectraledge.trainer.model.TransformerShape;
import dev.spectraledge.trainer.optimizer.FusedOptimizer;
import dev.spectraledge.trainer.optimizer.Muon;
import dev.spectraledge.trainer.optimizer.MuonConvention;
import dev.spectraledge.trainer.optimizer.MuonScale;
import dev.spectraledge.trainer.optimizer.Optimizer;
import dev.spectraledge.trainer.optimizer.OptimizerFactory;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import dev.spectraledge.trainer.optimizer.OptimizerTarget;
import dev.spectraledge.trainer.optimizer.ScheduleSettings;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.task.dyck.DyckLanguage;
import dev.spectraledge.trainer.task.modular.ModularArithmetic;
import dev.spectraledge.trainer.task.modular.ModularOperation;
import dev.spectraledge.trainer.task.scan.ScanLanguage;
import dev.spectraledge.trainer.task.scan.ScanSample;
import dev.spectraledge.trainer.task.scan.ScanSplit;
import dev.spectraledge.trainer.task.scan.ScanTokens;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** A Dyck training small enough for unit tests, with awkward sizes. */
public final class TinySetup {
    public static final TransformerShape SHAPE = new TransformerShape(3, 6, 10, 12, 2, 24, 3, 20, Gelu.ERF);

    public static final EncoderDecoderShape SCAN_SHAPE = new EncoderDecoderShape(
            new TransformerShape(ScanTokens.COMMANDS, 0, 10, 10, 2, 24, 3, 20, Gelu.ERF),
            new TransformerShape(ScanTokens.ACTIONS, ScanTokens.ACTIONS, 8, 9, 2, 24, 3, 20, Gelu.ERF),
            true);

    private TinySetup() {}

    public static SplitData data() {
        return new DyckLanguage(5, 10, 120, 20, 3).generate(TestMemory.DATA);
    }

    /** Windows of random tokens. */
    public static SplitData tokens(int vocabulary, int contextLength) {
        return new SplitData(
                tokens(vocabulary, contextLength, new Random(5)), tokens(vocabulary, contextLength, new Random(6)));
    }

    private static TokenStream tokens(int vocabulary, int contextLength, Random random) {
        int[] tokens =
                random.ints(Math.max(50, 2L * contextLength), 0, vocabulary).toArray();
        return TokenStream.of(MemorySegment.ofArray(tokens), TokenWidth.I32, vocabulary, contextLength);
    }

    /** A GPT of some style, on random tokens. */
    public static TrainingSetup gpt(GptVariant variant, DType precision, long... seeds) {
        return new TrainingSetup(
                Collections.nCopies(seeds.length, tokens(GptVariant.VOCABULARY, GptVariant.LONGEST)),
                variant.architecture(),
                0,
                seeds,
                Collections.nCopies(seeds.length, settings(0.5)),
                FusedOptimizer::adamW,
                4,
                Batching.PACKED,
                precision);
    }

    /** Settings of three runs that differ in everything, with schedules that change something within 20 steps. */
    public static List<OptimizerSettings> scheduled() {
        double never = Double.POSITIVE_INFINITY;
        return List.of(
                new OptimizerSettings(1e-2, 0.5, 0.9, 0.98, 1e-8, 0, 1, new ScheduleSettings(5, 15, 0.1, 0.1, 8, 4)),
                new OptimizerSettings(5e-3, 0, 0.8, 0.95, 1e-7, 0, never, new ScheduleSettings(0, never, 0, 1, 10, 0)),
                new OptimizerSettings(2e-2, 1, 0.9, 0.98, 1e-8, 0, 0.1, new ScheduleSettings(3, 30, 0, 1, never, 0)));
    }

    public static OptimizerSettings settings(double weightDecay) {
        return new OptimizerSettings(1e-2, weightDecay, 0.9, 0.98, 1e-8, 0, 1);
    }

    /** Two operations at once, with data of its own for each run. */
    public static TrainingSetup modular(DType precision, Batching batching, long... seeds) {
        List<ModularOperation> operations = List.of(ModularOperation.ADD, ModularOperation.X2_Y2);
        TransformerShape shape = new TransformerShape(7, 7, 2, 2, 2, 24, 3, 20, Gelu.ERF);
        return new TrainingSetup(
                Arrays.stream(seeds)
                        .mapToObj(seed -> new ModularArithmetic(operations, 7, 0.6).generate(TestMemory.DATA, seed))
                        .toList(),
                new SequenceClassifierArchitecture(shape, List.of("add", "x2_y2")),
                0,
                seeds,
                Collections.nCopies(seeds.length, settings(0.5)),
                FusedOptimizer::adamW,
                16,
                batching,
                precision);
    }

    /** Commands of at most six actions, whose padding is seen. */
    static SplitData scanData() {
        List<ScanLanguage.Example> brief = ScanLanguage.sorted().stream()
                .filter(example -> example.actions().size() <= 6)
                .toList();
        return new ScanSample(24, 40, SCAN_SHAPE.source().contextLength(), 8, true)
                .of(TestMemory.DATA, new ScanSplit.Pools(brief, brief), 3);
    }

    /** An encoder–decoder. */
    public static TrainingSetup scan(DType precision, Batching batching, long... seeds) {
        return new TrainingSetup(
                Collections.nCopies(seeds.length, scanData()),
                new EncoderDecoderArchitecture(SCAN_SHAPE),
                ScanTokens.PADDING,
                seeds,
                Collections.nCopies(seeds.length, settings(0.1)),
                FusedOptimizer::adamW,
                16,
                batching,
                precision);
    }

    /** One run of an encoder–decoder of so many layers. */
    public static TrainingSetup scanOfLayers(int ofSource, int ofTarget) {
        TrainingSetup setup = scan(DType.FLOAT32, Batching.DEDUPLICATED, 3);
        return new TrainingSetup(
                setup.data(),
                new EncoderDecoderArchitecture(new EncoderDecoderShape(
                        withLayers(SCAN_SHAPE.source(), ofSource), withLayers(SCAN_SHAPE.target(), ofTarget), true)),
                setup.paddingToken(),
                setup.seeds(),
                setup.settings(),
                setup.optimizer(),
                setup.batchSize(),
                setup.batching(),
                setup.precision());
    }

    private static TransformerShape withLayers(TransformerShape shape, int layers) {
        return new TransformerShape(
                shape.vocabulary(),
                shape.classes(),
                shape.contextLength(),
                shape.positions(),
                layers,
                shape.width(),
                shape.heads(),
                shape.feedForwardWidth(),
                shape.gelu());
    }

    public static Optimizer muon(OptimizerTarget target, List<OptimizerSettings> settings) {
        List<OptimizerSettings> hidden =
                settings.stream().map(own -> own.withMomentum(0.95)).toList();
        return new Muon(
                target, hidden, settings, new Muon.Settings(true, 5, MuonScale.ORIGINAL, MuonConvention.JORDAN));
    }

    /** The same with another optimiser. */
    public static TrainingSetup with(
            TrainingSetup setup, OptimizerFactory optimizer, List<OptimizerSettings> settings) {
        return new TrainingSetup(
                setup.data(),
                setup.architecture(),
                setup.paddingToken(),
                setup.seeds(),
                settings,
                optimizer,
                setup.batchSize(),
                setup.batching(),
                setup.precision());
    }

    public static TrainingSetup setup(DType precision, Batching batching, long... seeds) {
        return new TrainingSetup(
                Collections.nCopies(seeds.length, data()),
                new CausalTransformerArchitecture(SHAPE),
                DyckLanguage.PADDING,
                seeds,
                Collections.nCopies(seeds.length, settings(0.5)),
                FusedOptimizer::adamW,
                16,
                batching,
                precision);
    }
}
