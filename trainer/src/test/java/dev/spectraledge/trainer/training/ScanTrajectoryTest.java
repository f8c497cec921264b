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
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.model.EncoderDecoder;
import dev.spectraledge.trainer.model.EncoderDecoderArchitecture;
import dev.spectraledge.trainer.model.EncoderDecoderShape;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.model.TransformerShape;
import dev.spectraledge.trainer.model.Workspace;
import dev.spectraledge.trainer.optimizer.FusedOptimizer;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import dev.spectraledge.trainer.step.Lanes;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.task.scan.ScanTokens;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The training step of SCAN against trajectories of PyTorch, by the rules of {@link GoldenTrajectoryTest}. */
class ScanTrajectoryTest {
    private static final EncoderDecoderArchitecture ARCHITECTURE =
            new EncoderDecoderArchitecture(new EncoderDecoderShape(
                    new TransformerShape(16, 0, 11, 11, 3, 256, 4, 512, Gelu.ERF),
                    new TransformerShape(9, 9, 50, 50, 3, 256, 4, 512, Gelu.ERF),
                    true));
    private static final int BATCH = 256;
    private static final int CONTEXT = 50;
    private static final int STEPS = 100;
    /** Enough for an error to show; double precision is slow. */
    private static final int FLOAT64_STEPS = 8;
    /** In every build. */
    private static final int FIRST_STEPS = 15;
    /** In every build; the second step is the first that an update has changed. */
    private static final int FIRST_FLOAT64_STEPS = 2;

    private static Examples data(SafetensorsFile file, MemoryOwner owner, String name) {
        return ScanTokens.dataset(
                TestMemory.DATA,
                name,
                file.read(owner, name + "_src"),
                file.read(owner, name + "_tgt_in"),
                file.read(owner, name + "_tgt_out"),
                true);
    }

    private static SplitData data() {
        try (MemoryOwner owner = MemoryOwner.open("golden data");
                SafetensorsFile file = SafetensorsFile.open(GoldenFiles.get("scan_data/data.safetensors"))) {
            return new SplitData(data(file, owner, "train"), data(file, owner, "test"));
        }
    }

    private static RecordedBatches batches() {
        try (MemoryOwner owner = MemoryOwner.open("golden batches");
                SafetensorsFile trace = SafetensorsFile.open(GoldenFiles.get("scan_s42_f32/trace.safetensors"))) {
            return new RecordedBatches("trace.safetensors", trace.read(owner, "batch_idx"), BATCH, 2048);
        }
    }

    private static StepTrainer trainer(Workers workers, DType precision, Batching batching) {
        TrainingSetup setup = new TrainingSetup(
                List.of(data()),
                ARCHITECTURE,
                ScanTokens.PADDING,
                new long[] {42},
                List.of(new OptimizerSettings(1e-4, 1.0, 0.9, 0.98, 1e-8, 0, 1)),
                FusedOptimizer::adamW,
                BATCH,
                batching,
                precision);
        try (SafetensorsFile weights =
                SafetensorsFile.open(GoldenFiles.get("scan_s42_f32/weights_000000.safetensors"))) {
            StepTrainer trainer = new StepTrainer(Lanes.onHost(new CpuBackend(), workers), setup, batches(), List.of());
            GoldenTrajectoryTest.load(weights, trainer.parameters().named(0));
            trainer.start();
            return trainer;
        }
    }

    @Test
    void float64FollowsPyTorchToTheLastDigits() {
        float64FollowsPyTorchToTheLastDigits(FIRST_FLOAT64_STEPS);
    }

    @Tag("nightly")
    @Test
    void float64FollowsPyTorchToTheLastDigitsToTheEnd() {
        float64FollowsPyTorchToTheLastDigits(FLOAT64_STEPS);
    }

    private static void float64FollowsPyTorchToTheLastDigits(int steps) {
        double[] expected = GoldenTrajectoryTest.reference("scan_s42_f64/trace.safetensors", steps);
        double worst = 0;
        try (Workers workers = new Workers(2);
                StepTrainer trainer = trainer(workers, DType.FLOAT64, Batching.DEDUPLICATED)) {
            for (int step = 0; step < steps; step++) {
                trainer.step();
                worst = Math.max(worst, Math.abs(trainer.loss(0) / expected[step] - 1));
            }
        }
        System.out.printf("scan, float64: worst relative difference of the loss %.2e%n", worst);
        assertThat(worst).isLessThan(GoldenTrajectoryTest.FLOAT64_RELATIVE);
    }

    @Test
    void float32StaysAsCloseAsPyTorchsOwn() {
        float32StaysAsCloseAsPyTorchsOwn(FIRST_STEPS);
    }

    @Tag("nightly")
    @Test
    void float32StaysAsCloseAsPyTorchsOwnToTheEnd() {
        float32StaysAsCloseAsPyTorchsOwn(STEPS);
    }

    private static void float32StaysAsCloseAsPyTorchsOwn(int steps) {
        double[] expected = GoldenTrajectoryTest.reference("scan_s42_f64/trace.safetensors", steps);
        double[] pyTorch = GoldenTrajectoryTest.reference("scan_s42_f32/trace.safetensors", steps);
        double allowed = 0;
        double used = 0;
        try (Workers workers = new Workers(2);
                StepTrainer trainer = trainer(workers, DType.FLOAT32, Batching.DEDUPLICATED)) {
            for (int step = 0; step < steps; step++) {
                trainer.step();
                allowed = Math.max(allowed, Math.abs(pyTorch[step] / expected[step] - 1));
                double own = Math.abs(trainer.loss(0) / expected[step] - 1);
                used = Math.max(
                        used,
                        own / (GoldenTrajectoryTest.FLOAT32_FACTOR * allowed + GoldenTrajectoryTest.FLOAT32_FLOOR));
            }
        }
        System.out.printf("scan, float32: %.0f %% of the allowed difference used%n", 100 * used);
        assertThat(used).isLessThan(1);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "PREFIXES")
    void firstGradientAgreesTensorByTensor(Batching batching) {
        try (Workers workers = new Workers(2);
                StepTrainer trainer = trainer(workers, DType.FLOAT32, batching);
                MemoryOwner owner = MemoryOwner.open("golden gradients");
                SafetensorsFile file = SafetensorsFile.open(GoldenFiles.get("scan_s42_f32/grads_step1.safetensors"))) {
            trainer.step();
            trainer.gradients()
                    .named(0)
                    .forEach((name, own) -> assertThat(
                                    GoldenTrajectoryTest.relativeDifference(own, file.read(owner, name)))
                            .as(name)
                            .isLessThanOrEqualTo(GoldenTrajectoryTest.GRADIENT_RELATIVE));
        }
    }

    @Test
    void firstLogitsAgree() {
        Examples train = data().train();
        long[] draws = new long[BATCH];
        batches().draw(1, 0, draws);
        CpuBackend backend = new CpuBackend();
        try (MemoryOwner owner = MemoryOwner.open("golden logits");
                SafetensorsFile weights =
                        SafetensorsFile.open(GoldenFiles.get("scan_s42_f32/weights_000000.safetensors"));
                SafetensorsFile logits =
                        SafetensorsFile.open(GoldenFiles.get("scan_s42_f32/logits_step1.safetensors"))) {
            Parameters parameters = Parameters.allocate(backend, owner, DType.FLOAT32, 1, ARCHITECTURE.layout());
            GoldenTrajectoryTest.load(weights, parameters.named(0));
            PackedBatch batch = new PackedBatch(backend, owner, DType.FLOAT32, train.form(), 1, BATCH, BATCH * CONTEXT);
            for (long draw : draws) {
                batch.append(0, train, draw, 0, ScanTokens.PADDING, 1);
            }
            EncoderDecoder model = ARCHITECTURE.create(
                    new Workspace(backend, owner, DType.FLOAT32, 1, BATCH * CONTEXT, parameters, null)
                            .withSourceRows(BATCH * 11));
            Tensor own = model.forward(batch);
            Tensor golden = logits.read(owner, "logits");
            int rows = batch.sequences().rows(0);
            Tensor expected = Tensor.allocate(owner, DType.FLOAT32, rows, 9);
            for (int index = 0; index < BATCH; index++) {
                for (int position = 0; position < batch.sequences().length(0, index); position++) {
                    int row = batch.sequences().begin(0, index) + position;
                    backend.copy(golden.at(index).at(position), expected.at(row));
                }
            }
            assertThat(GoldenTrajectoryTest.relativeDifference(own.at(0).slice(0, 0, rows), expected))
                    .isLessThanOrEqualTo(GoldenTrajectoryTest.GRADIENT_RELATIVE);
        }
    }
}
