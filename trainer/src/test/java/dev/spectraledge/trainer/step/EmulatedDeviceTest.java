package dev.spectraledge.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.cuda.EmulatedCuda;
import dev.spectraledge.kernels.cuda.EmulatedDevice;
import dev.spectraledge.trainer.TestMemory;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.model.GptVariant;
import dev.spectraledge.trainer.optimizer.FusedOptimizer;
import dev.spectraledge.trainer.optimizer.OptimizerFactory;
import dev.spectraledge.trainer.optimizer.OptimizerSettings;
import dev.spectraledge.trainer.training.SampledBatches;
import dev.spectraledge.trainer.training.TinySetup;
import dev.spectraledge.trainer.training.TinyTask;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole training steps through the kernels of the device, on an emulated one. */
class EmulatedDeviceTest {
    private static final long[] SEEDS = {3, 4};

    @RegisterExtension
    private final EmulatedDevice device = new EmulatedDevice(TestMemory.DATA);

    private static StepTrainer recorded(Backend backend, TrainingSetup setup) {
        StepTrainer trainer = new StepTrainer(
                Lanes.onDevice(backend), setup, new SampledBatches(setup.seeds(), setup.trainSequences()), List.of());
        trainer.initialise();
        trainer.start();
        return trainer;
    }

    @ParameterizedTest
    @EnumSource(names = {"DYCK", "MODULAR"})
    void stepsOfOtherOptimisersAreThoseOfTheCpu(TinyTask task) {
        stepsOfTheDeviceAreThoseOfTheCpu(task, FusedOptimizer::adam);
        stepsOfTheDeviceAreThoseOfTheCpu(task, TinySetup::muon);
    }

    @Test
    @Tag("nightly")
    void stepsOfOtherOptimisersAreThoseOfTheCpuForAnEncoderDecoder() {
        stepsOfOtherOptimisersAreThoseOfTheCpu(TinyTask.SCAN);
    }

    private void stepsOfTheDeviceAreThoseOfTheCpu(TinyTask task, OptimizerFactory optimizer) {
        List<OptimizerSettings> settings = TinySetup.scheduled().subList(0, SEEDS.length);
        stepsOfTheDeviceAreThoseOfTheCpu(
                TinySetup.with(task.setup(DType.FLOAT64, Batching.DEDUPLICATED, SEEDS), optimizer, settings));
    }

    @ParameterizedTest
    @EnumSource
    void stepsOfAGptOfAnyStyleAreThoseOfTheCpu(GptVariant variant) {
        stepsOfTheDeviceAreThoseOfTheCpu(TinySetup.gpt(variant, DType.FLOAT64, SEEDS));
    }

    private void stepsOfTheDeviceAreThoseOfTheCpu(TrainingSetup setup) {
        Backend cpu = new CpuBackend();
        try (Workers workers = new Workers(1);
                StepTrainer plain = new StepTrainer(
                        Lanes.onHost(cpu, workers),
                        setup,
                        new SampledBatches(setup.seeds(), setup.trainSequences()),
                        List.of());
                StepTrainer onDevice = recorded(device.backend(), setup)) {
            plain.initialise();
            plain.start();
            onDevice.advanceTo(6, step -> {
                plain.step();
                for (int run = 0; run < SEEDS.length; run++) {
                    assertThat(onDevice.loss(run)).isCloseTo(plain.loss(run), within(1e-11));
                    assertThat(onDevice.gradientNorm(run)).isCloseTo(plain.gradientNorm(run), within(1e-10));
                }
            });
            Evaluation[] expected = plain.evaluateTrain();
            Evaluation[] actual = onDevice.evaluateTrain();
            for (int run = 0; run < SEEDS.length; run++) {
                assertThat(actual[run].loss()).isCloseTo(expected[run].loss(), within(1e-10));
                assertThat(actual[run].accuracy()).isCloseTo(expected[run].accuracy(), within(1e-12));
            }
        }
    }

    @Test
    @Tag("nightly")
    void theSameBytesInEveryOrderOfTheLanesForAnEncoderDecoder() {
        theSameBytesInEveryOrderOfTheLanes(TinyTask.SCAN);
    }

    @ParameterizedTest
    @EnumSource(names = {"DYCK", "MODULAR"})
    void theSameBytesInEveryOrderOfTheLanes(TinyTask task) {
        TrainingSetup setup = task.setup(DType.FLOAT32, Batching.DEDUPLICATED, SEEDS);
        try (MemoryOwner owner = MemoryOwner.open("results")) {
            Tensor first = null;
            for (EmulatedCuda.LaneOrder order : EmulatedCuda.LaneOrder.values()) {
                device.machine().run(order);
                try (StepTrainer trainer = recorded(device.backend(), setup)) {
                    trainer.advanceTo(4, step -> {});
                    Tensor parameters = trainer.parameters().flat();
                    Tensor copy = Tensor.allocate(owner, DType.FLOAT32, parameters.shape());
                    device.backend().copy(parameters, copy);
                    if (first == null) {
                        first = copy;
                    }
                    assertThat(copy.segment().mismatch(first.segment()))
                            .as("lanes %s", order)
                            .isEqualTo(-1);
                }
            }
        }
    }
}
