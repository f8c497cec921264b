package dev.spectraledge.trainer.optimizer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.TestMemory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every optimiser, with clipping and schedules and three runs that differ in all settings, against the same written down
 * plainly in double precision: parameters after 100 steps, and the exact parts of their change.
 */
class OptimizerParityTest {
    private static final int STEPS = 100;

    private final Backend backend = new CpuBackend();

    @AfterEach
    void nothingLeaks() {
        assertThat(TestMemory.leaks()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void followsItsDefinitionInDouble(OptimizerKind kind) {
        new OptimizerParity(kind, DType.FLOAT64, DecayedParameters.ALL).follow(backend, 2, STEPS);
    }

    @ParameterizedTest
    @EnumSource
    void followsItsDefinitionInSingle(OptimizerKind kind) {
        new OptimizerParity(kind, DType.FLOAT32, DecayedParameters.ALL).follow(backend, 2, STEPS);
    }

    @Tag("garbage")
    @ParameterizedTest
    @EnumSource
    void aStepAllocatesNothing(OptimizerKind kind) {
        try (OptimizerRun run = new OptimizerRun(backend, kind, DType.FLOAT32, 1, DecayedParameters.MATRICES)) {
            run.drawGradients();
            Workers.Task update = run.optimizer::update;
            assertThat(Allocations.bytesPerCall(() -> {
                        run.optimizer.stage(1, 1);
                        run.optimizer.begin(run.squares);
                        run.workers.run(update);
                    }))
                    .isZero();
        }
    }
}
