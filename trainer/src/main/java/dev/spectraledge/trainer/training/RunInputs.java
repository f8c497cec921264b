package dev.spectraledge.trainer.training;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.config.LearningRateSchedule;
import dev.spectraledge.trainer.config.MuonConfig;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.config.StepOrEvent;
import dev.spectraledge.trainer.config.TrainingConfig;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.JudgedText;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.data.TorchGenerator;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.model.Architecture;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.model.TorchInitialization;
import dev.spectraledge.trainer.optimizer.DecayedParameters;
import dev.spectraledge.trainer.optimizer.FusedOptimizer;
import dev.spectraledge.trainer.optimizer.Muon;
import dev.spectraledge.trainer.optimizer.OptimizerFactory;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import dev.spectraledge.trainer.optimizer.OptimizerTarget;
import dev.spectraledge.trainer.optimizer.ScheduleSettings;
import dev.spectraledge.trainer.step.BatchSource;
import dev.spectraledge.trainer.step.TrainingSetup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the runs of a group start from: their setup from their configurations, which differ in the seed, and data, batches
 * and initial weights generated from the seeds or read from files of other programs.
 */
public final class RunInputs implements AutoCloseable {
    private static final String VALIDATION = "validation_idx";

    private final List<RunConfig> configs;
    /** Speaks for all in whatever runs of a group have in common. */
    private final RunConfig config;
    /** Of the data. */
    private final MemoryOwner memory = MemoryOwner.open("data");

    /** @param configs one per run */
    public RunInputs(List<RunConfig> configs) {
        this.configs = configs;
        this.config = configs.getFirst();
    }

    private long[] seeds() {
        return configs.stream().mapToLong(own -> own.training().seed()).toArray();
    }

    /** The task's own data, or those of a file; one per run. */
    private List<SplitData> data() {
        Path file = config.training().data();
        if (file != null) {
            return Collections.nCopies(configs.size(), read(file));
        }
        Map<Long, SplitData> generated = new HashMap<>();
        return configs.stream()
                .map(own -> generated.computeIfAbsent(
                        own.task().seedOfData(own.training().seed()),
                        seed -> own.task().generate(memory, seed)))
                .toList();
    }

    /**
     * The same data, judged by the windows that a file of batches names in {@code validation_idx}, if it does: starts in the
     * stream of tokens that is not trained on.
     */
    private SplitData judgedAsRecorded(SplitData data) {
        Path file = config.training().batches();
        if (file == null || !(data.test() instanceof JudgedText test)) {
            return data;
        }
        try (MemoryOwner scratch = MemoryOwner.open("validation windows");
                SafetensorsFile tensors = SafetensorsFile.open(file)) {
            if (!tensors.contains(VALIDATION)) {
                return data;
            }
            long[] windows =
                    RecordedBatches.judged(file.toString(), VALIDATION, tensors.read(scratch, VALIDATION), test.size());
            return new SplitData(data.train(), test.judgedBy(windows), data.others());
        }
    }

    private SplitData read(Path file) {
        String begun = config.training().dataHash();
        if (begun != null && !begun.equals(config.task().hash(file))) {
            throw new RunException(file + ": is not what the run began with (training.dataHash)");
        }
        SplitData data = config.task().read(memory, file);
        int longest = Math.max(data.train().contextLength(), data.test().contextLength());
        if (longest > config.model().positions()) {
            throw new RunException(file + ": sequences have " + longest + " positions, the model has "
                    + config.model().positions() + " (model.positions)");
        }
        return data;
    }

    /** Everything that decides the numbers of the runs; the data in it end with this. */
    public TrainingSetup setup() {
        TrainingConfig training = config.training();
        Map<SplitData, SplitData> judged = new HashMap<>();
        List<SplitData> data = data().stream()
                .map(own -> judged.computeIfAbsent(own, this::judgedAsRecorded))
                .toList();
        SplitData first = data.getFirst();
        int contextLength = Math.max(first.train().contextLength(), first.test().contextLength());
        return new TrainingSetup(
                data,
                config.task().architecture(config.model(), contextLength),
                config.task().paddingToken(),
                seeds(),
                configs.stream().map(own -> settings(own.training())).toList(),
                optimizer(training),
                training.batchSize(),
                training.batching(),
                training.precision().type(),
                training.lossGradient(),
                config.evaluation().tokens() == null
                        ? TrainingSetup.EVERYTHING
                        : config.evaluation().tokens(),
                training.accumulation());
    }

    /**
     * The same after the shift of the runs ({@code training.shiftAfter}). They are judged by the same sets, but where they
     * are trained on other data, of those.
     */
    public TrainingSetup shifted(TrainingSetup before) {
        TrainingConfig training = config.training();
        List<SplitData> data = before.data();
        if (config.task().shiftedTo().isPresent()) {
            Examples shifted = config.task().shifted(memory);
            Map<SplitData, SplitData> moved = new HashMap<>();
            data = data.stream()
                    .map(own -> moved.computeIfAbsent(own, each -> new SplitData(shifted, each.test(), each.others())))
                    .toList();
        }
        return new TrainingSetup(
                data,
                before.architecture(),
                before.paddingToken(),
                before.seeds(),
                before.settings(),
                before.optimizer(),
                training.shiftedBatchSize() == null ? before.batchSize() : training.shiftedBatchSize(),
                before.batching(),
                before.precision(),
                before.lossGradient(),
                before.evaluationTokens(),
                before.accumulation());
    }

    private static OptimizerSettings settings(TrainingConfig training) {
        return new OptimizerSettings(
                training.learningRate(),
                training.weightDecay(),
                training.beta1(),
                training.beta2(),
                training.epsilon(),
                training.momentum(),
                training.clip() == null ? Double.POSITIVE_INFINITY : training.clip(),
                schedule(training));
    }

    private static ScheduleSettings schedule(TrainingConfig training) {
        boolean cosine = training.learningRateSchedule() == LearningRateSchedule.COSINE;
        // A run that ends while it warms up sees nothing of the cosine.
        long lastStep = Math.max(training.steps(), training.warmUpSteps() + 1);
        long cosineEnd = training.cosineSteps() == null ? lastStep : training.cosineSteps();
        StepOrEvent change = training.weightDecayChange();
        boolean changesByNumber = change != null && change.event() == null;
        return new ScheduleSettings(
                (double) training.warmUpSteps(),
                cosine ? (double) cosineEnd : Double.POSITIVE_INFINITY,
                training.learningRateFloor(),
                change == null ? training.weightDecay() : training.finalWeightDecay(),
                changesByNumber ? (double) change.steps() : Double.POSITIVE_INFINITY,
                (double) training.weightDecayRamp(),
                shift(training));
    }

    private static ScheduleSettings.Shift shift(TrainingConfig training) {
        return training.shiftAfter() == null
                ? ScheduleSettings.Shift.NONE
                : new ScheduleSettings.Shift(
                        (double) training.shiftAfter(),
                        training.shiftedLearningRate() == null ? Double.NaN : training.shiftedLearningRate(),
                        training.freshOptimizer());
    }

    private Muon muon(OptimizerTarget target, List<OptimizerSettings> settings) {
        MuonConfig shared = config.training().muon();
        List<OptimizerSettings> hidden = new ArrayList<>();
        List<OptimizerSettings> others = new ArrayList<>();
        for (int run = 0; run < settings.size(); run++) {
            MuonConfig own = configs.get(run).training().muon();
            hidden.add(settings.get(run).withMomentum(own.momentum()));
            others.add(settings.get(run).withLearningRate(own.adamWLearningRate()));
        }
        return new Muon(
                target,
                hidden,
                others,
                new Muon.Settings(shared.nesterov(), shared.newtonSchulzSteps(), shared.scale(), shared.convention()));
    }

    private OptimizerFactory optimizer(TrainingConfig training) {
        OptimizerFactory rule = rule(training);
        DecayedParameters decayed = DecayedParameters.of(training.decayed());
        return (target, settings) -> rule.create(target.decaying(decayed), settings);
    }

    private OptimizerFactory rule(TrainingConfig training) {
        return switch (training.optimizer()) {
            case ADAMW -> FusedOptimizer::adamW;
            case ADAM -> FusedOptimizer::adam;
            case SGD -> training.nesterov() ? FusedOptimizer::nesterov : FusedOptimizer::sgd;
            case MUON -> this::muon;
        };
    }

    /**
     * Sampled batches, or {@code batch_idx} of a file, which must last for all steps.
     *
     * @param setup of the same runs
     */
    public BatchSource batches(TrainingSetup setup) {
        TrainingConfig training = config.training();
        long trainSequences = setup.trainSequences();
        Path file = training.batches();
        if (file == null) {
            return switch (training.randomStream()) {
                case PHILOX -> sampled(setup, 0);
                case PYTORCH ->
                    new TorchBatches(seeds(), setup.architecture().layout(), Math.toIntExact(trainSequences));
            };
        }
        try (MemoryOwner scratch = MemoryOwner.open("batch file");
                SafetensorsFile tensors = SafetensorsFile.open(file)) {
            RecordedBatches recorded = new RecordedBatches(
                    file.toString(),
                    tensors.read(scratch, "batch_idx"),
                    training.batchSize() * training.accumulation(),
                    trainSequences);
            if (recorded.lastStep() < training.steps()) {
                throw new RunException(file + ": batch_idx has " + recorded.lastStep() + " steps, the run is to take "
                        + training.steps() + "; choose training.steps = " + recorded.lastStep() + " or fewer");
            }
            return recorded;
        }
    }

    /** The same after the shift of the runs, of their setup there; what is drawn as before goes on in its stream. */
    public BatchSource shiftedBatches(TrainingSetup shifted) {
        TrainingConfig training = config.training();
        boolean drawsAnew = config.task().shiftedTo().isPresent() || training.shiftsBatches();
        return drawsAnew ? sampled(shifted, training.shiftAfter()) : batches(shifted);
    }

    private SampledBatches sampled(TrainingSetup setup, long begin) {
        return new SampledBatches(seeds(), setup.data().getFirst().train()::lessons, begin);
    }

    /** The same where initial weights are files of PyTorch's names. */
    public void initialise(Backend backend, Parameters parameters) {
        initialise(backend, parameters, InitialWeights.FILES);
    }

    /**
     * Fills the parameters of every run: with the weights that are configured, else drawn from the run's seed.
     *
     * @param weights reads those that are configured
     */
    public void initialise(Backend backend, Parameters parameters, InitialWeights weights) {
        if (config.training().initialWeights() != null) {
            load(weights, backend, parameters);
            return;
        }
        switch (config.training().randomStream()) {
            case PHILOX -> parameters.initialise(backend, seeds());
            case PYTORCH -> initialiseAsTorch(backend, parameters);
        }
    }

    private void initialiseAsTorch(Backend backend, Parameters parameters) {
        try (HostCopies copies = new HostCopies(backend)) {
            for (int run = 0; run < configs.size(); run++) {
                TorchInitialization.fill(
                        parameters.layout(),
                        new TorchGenerator(configs.get(run).training().seed()),
                        copies.room(parameters.named(run)));
            }
            copies.upload();
        }
    }

    private void load(InitialWeights weights, Backend backend, Parameters parameters) {
        Architecture model =
                config.task().architecture(config.model(), config.task().contextLength());
        try (HostCopies copies = new HostCopies(backend)) {
            for (int run = 0; run < configs.size(); run++) {
                weights.read(config.training().initialWeights(), model, copies.room(parameters.named(run)));
            }
            copies.upload();
        }
    }

    @Override
    public void close() {
        memory.close();
    }
}
