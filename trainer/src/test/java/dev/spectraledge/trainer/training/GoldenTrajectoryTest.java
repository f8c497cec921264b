package dev.spectraledge.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Gelu;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.GoldenFiles;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.LabelledSequences;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.model.CausalTransformerArchitecture;
import dev.spectraledge.trainer.model.TransformerShape;
import dev.spectraledge.trainer.optimizer.FusedOptimizer;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import dev.spectraledge.trainer.step.BatchSource;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.task.dyck.DyckLanguage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The whole training step against trajectories of PyTorch: same weights, same batches; their first steps in every build, all
 * 300 of them among the long forms.
 */
class GoldenTrajectoryTest {
    private static final TransformerShape SHAPE = new TransformerShape(3, 13, 24, 48, 2, 128, 4, 256, Gelu.ERF);
    private static final int STEPS = 300;
    private static final int FIRST_STEPS = 60;
    /** How far a correct float32 program may be from float64, in units of PyTorch's own distance. */
    static final double FLOAT32_FACTOR = 3;

    static final double FLOAT32_FLOOR = 1e-5;
    static final double FLOAT64_RELATIVE = 1e-10;
    static final double GRADIENT_RELATIVE = 1e-5;

    private static SplitData data() {
        try (MemoryOwner owner = MemoryOwner.open("golden data");
                SafetensorsFile file = SafetensorsFile.open(GoldenFiles.get("dyck_data/data.safetensors"))) {
            return new SplitData(
                    LabelledSequences.ofLabelledTokens(
                            TestMemory.DATA, "train", file.read(owner, "train_x"), file.read(owner, "train_y"), 3, 13),
                    LabelledSequences.ofLabelledTokens(
                            TestMemory.DATA, "test", file.read(owner, "test_x"), file.read(owner, "test_y"), 3, 13));
        }
    }

    private static StepTrainer trainer(Workers workers, DType precision, Batching batching, String golden) {
        SplitData data = data();
        TrainingSetup setup = new TrainingSetup(
                List.of(data),
                new CausalTransformerArchitecture(SHAPE),
                DyckLanguage.PADDING,
                new long[] {42},
                List.of(new OptimizerSettings(1e-3, 1.0, 0.9, 0.98, 1e-8, 0, 1)),
                FusedOptimizer::adamW,
                50,
                batching,
                precision);
        try (MemoryOwner owner = MemoryOwner.open("golden batches");
                SafetensorsFile trace = SafetensorsFile.open(GoldenFiles.get(golden + "/trace.safetensors"));
                SafetensorsFile weights =
                        SafetensorsFile.open(GoldenFiles.get(golden + "/weights_000000.safetensors"))) {
            BatchSource batches = new RecordedBatches(
                    "trace.safetensors",
                    trace.read(owner, "batch_idx"),
                    50,
                    data.train().size());
            StepTrainer trainer = new StepTrainer(Lanes.onHost(new CpuBackend(), workers), setup, batches, List.of());
            load(weights, trainer.parameters().named(0));
            trainer.start();
            return trainer;
        }
    }

    static void load(SafetensorsFile file, Map<String, Tensor> targets) {
        targets.forEach(file::copyTo);
    }

    private static double[] reference(String name) {
        return reference(name, STEPS);
    }

    /** The losses of the first steps. */
    static double[] reference(String name, int steps) {
        try (MemoryOwner owner = MemoryOwner.open("golden trace");
                SafetensorsFile file = SafetensorsFile.open(GoldenFiles.get(name))) {
            Tensor loss = file.read(owner, "loss");
            double[] values = new double[steps];
            for (int step = 0; step < steps; step++) {
                values[step] = loss.get(step);
            }
            return values;
        }
    }

    @ParameterizedTest
    @EnumSource(Batching.class)
    void float64FollowsPyTorchToTheLastDigits(Batching batching) {
        float64FollowsPyTorchToTheLastDigits(batching, FIRST_STEPS);
    }

    @Tag("nightly")
    @ParameterizedTest
    @EnumSource(Batching.class)
    void float64FollowsPyTorchToTheLastDigitsToTheEnd(Batching batching) {
        float64FollowsPyTorchToTheLastDigits(batching, STEPS);
    }

    private static void float64FollowsPyTorchToTheLastDigits(Batching batching, int steps) {
        double[] expected = reference("dyck_s42_f64/trace.safetensors");
        double worst = 0;
        try (Workers workers = new Workers(2);
                StepTrainer trainer = trainer(workers, DType.FLOAT64, batching, "dyck_s42_f64")) {
            for (int step = 0; step < steps; step++) {
                trainer.step();
                worst = Math.max(worst, Math.abs(trainer.loss(0) / expected[step] - 1));
            }
        }
        System.out.printf("float64 %s: worst relative difference of the loss %.2e%n", batching.key(), worst);
        assertThat(worst).isLessThan(FLOAT64_RELATIVE);
    }

    @ParameterizedTest
    @EnumSource(Batching.class)
    void float32StaysAsCloseAsPyTorchsOwn(Batching batching) {
        float32StaysAsCloseAsPyTorchsOwn(batching, FIRST_STEPS);
    }

    @Tag("nightly")
    @ParameterizedTest
    @EnumSource(Batching.class)
    void float32StaysAsCloseAsPyTorchsOwnToTheEnd(Batching batching) {
        float32StaysAsCloseAsPyTorchsOwn(batching, STEPS);
    }

    private static void float32StaysAsCloseAsPyTorchsOwn(Batching batching, int steps) {
        double[] expected = reference("dyck_s42_f64/trace.safetensors");
        double[] pyTorch = reference("dyck_s42_f32/trace.safetensors");
        double allowed = 0;
        double used = 0;
        try (Workers workers = new Workers(2);
                StepTrainer trainer = trainer(workers, DType.FLOAT32, batching, "dyck_s42_f32")) {
            for (int step = 0; step < steps; step++) {
                trainer.step();
                allowed = Math.max(allowed, Math.abs(pyTorch[step] / expected[step] - 1));
                double own = Math.abs(trainer.loss(0) / expected[step] - 1);
                used = Math.max(used, own / (FLOAT32_FACTOR * allowed + FLOAT32_FLOOR));
            }
        }
        System.out.printf("float32 %s: %.0f %% of the allowed difference used%n", batching.key(), 100 * used);
        assertThat(used).isLessThan(1);
    }

    @Test
    void firstGradientAgreesTensorByTensor() {
        try (Workers workers = new Workers(2);
                StepTrainer trainer = trainer(workers, DType.FLOAT32, Batching.DEDUPLICATED, "dyck_s42_f32");
                MemoryOwner owner = MemoryOwner.open("golden gradients");
                SafetensorsFile file = SafetensorsFile.open(GoldenFiles.get("dyck_s42_f64/grads_step1.safetensors"))) {
            trainer.step();
            trainer.gradients()
                    .named(0)
                    .forEach((name, own) -> assertThat(relativeDifference(own, file.read(owner, name)))
                            .as(name)
                            .isLessThanOrEqualTo(GRADIENT_RELATIVE));
        }
    }

    /** ‖own − expected‖/‖expected‖, by Frobenius. */
    static double relativeDifference(Tensor own, Tensor expected) {
        Tensor a = own.reshape(own.elements());
        Tensor b = expected.reshape(expected.elements());
        double difference = 0;
        double norm = 0;
        for (long i = 0; i < a.size(0); i++) {
            difference += Math.pow(a.get(i) - b.get(i), 2);
            norm += Math.pow(b.get(i), 2);
        }
        return Math.sqrt(difference / norm);
    }
}
