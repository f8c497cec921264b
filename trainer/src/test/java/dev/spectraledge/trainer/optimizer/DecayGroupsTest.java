package dev.spectraledge.trainer.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.cuda.CudaBackend;
import dev.spectraledge.kernels.cuda.CudaDevice;
import dev.spectraledge.kernels.cuda.EmulatedCuda;
import dev.spectraledge.kernels.cuda.ProductPrecision;
import dev.spectraledge.kernels.reference.ReferenceBackend;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.TestMemory;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every optimiser on every backend, where weight decay acts on some parameters, against plain loops in double precision. */
class DecayGroupsTest {
    private static final int STEPS = 6;
    /** Cuts the attention matrices as well as the others. */
    private static final DecayedParameters PATTERN = DecayedParameters.of("in_proj|^ln|layers\\.1.*linear2");

    @AfterEach
    void nothingLeaks() {
        assertThat(TestMemory.leaks()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void onTheReference(OptimizerKind kind) {
        follows(new ReferenceBackend(), kind, 1);
    }

    @ParameterizedTest
    @EnumSource
    void onTheHost(OptimizerKind kind) {
        follows(new CpuBackend(), kind, 3);
    }

    @ParameterizedTest
    @EnumSource
    void onAnEmulatedDevice(OptimizerKind kind) {
        EmulatedCuda machine = EmulatedCuda.start();
        machine.reset();
        try (CudaBackend device = new CudaBackend(CudaDevice.open(0, machine.cache()), ProductPrecision.FP32)) {
            new OptimizerParity(kind, DType.FLOAT64, PATTERN).follow(device, 1, STEPS);
        }
        machine.reset();
    }

    private static void follows(Backend host, OptimizerKind kind, int threads) {
        for (DecayedParameters decayed : List.of(PATTERN, DecayedParameters.MATRICES)) {
            new OptimizerParity(kind, DType.FLOAT64, decayed).follow(host, threads, STEPS);
        }
    }

    @Test
    void aSubsetHasAFactorWhereAllOfItDecaysOrNone() {
        assertRates(DecayedParameters.ALL, 1, 1, 1);
        assertRates(DecayedParameters.MATRICES, 1, 1, Double.NaN);
        assertRates(DecayedParameters.of("_emb|bias"), 0, 0, Double.NaN);
        assertRates(DecayedParameters.of("linear1.weight"), 0, Double.NaN, Double.NaN);
    }

    private static void assertRates(DecayedParameters decayed, double attention, double blocks, double all) {
        try (OptimizerRun run = new OptimizerRun(new CpuBackend(), OptimizerKind.ADAM_W, DType.FLOAT32, 1, decayed)) {
            double rate = run.optimizer.learningRate(0, 1) * run.optimizer.weightDecay(0, 1);
            assertThat(run.optimizer.decayRate(0, ParameterSubset.ATTENTION, 1))
                    .isEqualTo(Double.valueOf(attention * rate));
            assertThat(run.optimizer.decayRate(0, ParameterSubset.BLOCKS, 1)).isEqualTo(Double.valueOf(blocks * rate));
            assertThat(run.optimizer.decayRate(0, ParameterSubset.ALL, 1)).isEqualTo(Double.valueOf(all * rate));
        }
    }

    @Test
    void neighboursOfOneKindAreOneStretch() {
        assertThat(DecayStretch.of(OptimizerRun.LAYOUT, DecayedParameters.ALL))
                .containsExactly(new DecayStretch(0, OptimizerRun.SIZE, true));
        // Blocks and embeddings; biases and norms; the head; its bias.
        assertThat(DecayStretch.of(OptimizerRun.LAYOUT, DecayedParameters.MATRICES))
                .extracting(DecayStretch::decays)
                .containsExactly(true, false, true, false);
    }
}
