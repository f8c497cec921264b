package dev.spectraledge.trainer.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.GoldenFiles;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.Update;
import dev.spectraledge.trainer.UpdateObserver;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.SafetensorsFile;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.step.StepTrainer;
import dev.spectraledge.trainer.training.GptTrajectoryTest.Golden;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What the gradients and what weight decay have made of the parameters of small GPTs, beside what PyTorch's runs say of it. */
class GptExactPartsTest {
    private static final int FIRST_STEPS = 10;
    private static final int INTERVAL = 50;
    /**
     * Norms of updates follow gradients, whose norms other orders of summation change by up to 2e-13, as closely as those; a part
     * of a small tensor is a difference of what is stored.
     */
    private static final double RELATIVE = 1e-9;

    /** The parts of the last interval that has ended. */
    private static final class Parts implements UpdateObserver {
        private final Backend backend = new CpuBackend();
        private final int stride;
        private final Parameters total;
        private final Parameters gradient;
        private final Parameters decay;

        Parts(MemoryOwner owner, Golden golden, int stride) {
            this.stride = stride;
            total = parameters(owner, golden);
            gradient = parameters(owner, golden);
            decay = parameters(owner, golden);
        }

        private Parameters parameters(MemoryOwner owner, Golden golden) {
            return Parameters.allocate(
                    backend, owner, DType.FLOAT64, 1, golden.architecture().layout());
        }

        @Override
        public String name() {
            return "parts";
        }

        @Override
        public int stride() {
            return stride;
        }

        @Override
        public ParameterSubset subset() {
            return ParameterSubset.ALL;
        }

        @Override
        public void record(Update update) {
            update.total(backend, total.flat());
            update.gradientPart(backend, gradient.flat());
            backend.copy(update.decayPart(), decay.flat());
        }
    }

    @ParameterizedTest
    @EnumSource
    void normsOfTheFirstUpdatesAreThoseOfPyTorch(Golden golden) {
        normsAreThoseOfPyTorch(golden, FIRST_STEPS);
    }

    @Tag("nightly")
    @ParameterizedTest
    @CsvSource({"NANO, 100", "GPT2, 30", "MUON, 30"})
    void normsOfAllUpdatesAreThoseOfPyTorch(Golden golden, int steps) {
        normsAreThoseOfPyTorch(golden, steps);
    }

    private static void normsAreThoseOfPyTorch(Golden golden, int steps) {
        CsvReader expected = CsvReader.read(GoldenFiles.get(golden.folder + "/updates.csv"));
        try (Workers workers = new Workers(2);
                MemoryOwner owner = MemoryOwner.open("exact parts")) {
            Parts parts = new Parts(owner, golden, 1);
            try (StepTrainer trainer =
                    GptTrajectoryTest.trainer(workers, golden, DType.FLOAT64, Batching.PACKED, List.of(parts))) {
                for (int step = 0; step < steps; step++) {
                    trainer.step();
                    requireClose(parts.total, expected.column("update_norm")[step], step);
                    requireClose(parts.gradient, expected.column("grad_part_norm")[step], step);
                    requireClose(parts.decay, expected.column("decay_part_norm")[step], step);
                    parts.decay.named(0).forEach(GptExactPartsTest::requireNoneOfVectors);
                }
            }
        }
    }

    private static void requireClose(Parameters part, double expected, int step) {
        Tensor all = part.flat().at(0);
        double squares = 0;
        for (long i = 0; i < all.size(0); i++) {
            squares += all.get(i) * all.get(i);
        }
        assertThat(Math.abs(Math.sqrt(squares) / expected - 1))
                .as("step %d", step + 1)
                .isLessThan(RELATIVE);
    }

    /** Norms and biases do not decay at all. */
    private static void requireNoneOfVectors(String name, Tensor part) {
        for (long i = 0; part.rank() == 1 && i < part.size(0); i++) {
            assertThat(part.get(i)).as(name).isEqualTo(0);
        }
    }

    @Tag("nightly")
    @Test
    void partsOfHalfARunAreThoseOfPyTorchTensorByTensor() {
        try (Workers workers = new Workers(2);
                MemoryOwner owner = MemoryOwner.open("exact parts");
                SafetensorsFile file =
                        SafetensorsFile.open(GoldenFiles.get("gpt_nano_f64/dtheta_000051_000100.safetensors"))) {
            Parts parts = new Parts(owner, Golden.NANO, INTERVAL);
            try (StepTrainer trainer =
                    GptTrajectoryTest.trainer(workers, Golden.NANO, DType.FLOAT64, Batching.PACKED, List.of(parts))) {
                for (int step = 0; step < 2 * INTERVAL; step++) {
                    trainer.step();
                }
            }
            requireTensors(owner, file, "grad.", parts.gradient.named(0));
            requireTensors(owner, file, "decay.", parts.decay.named(0));
        }
    }

    private static void requireTensors(
            MemoryOwner owner, SafetensorsFile file, String prefix, Map<String, Tensor> parts) {
        parts.forEach((name, part) -> {
            if (prefix.equals("decay.") && part.rank() == 1) {
                requireNoneOfVectors(name, part);
            } else {
                assertThat(GoldenTrajectoryTest.relativeDifference(part, file.read(owner, prefix + name)))
                        .as(prefix + name)
                        .isLessThan(RELATIVE);
            }
        });
    }
}
