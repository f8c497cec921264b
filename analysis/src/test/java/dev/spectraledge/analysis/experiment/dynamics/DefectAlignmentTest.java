package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.TestLayout;
import dev.spectraledge.analysis.experiment.WeightMatrix;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.model.ParameterLayout;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Vectors that know nothing of the weights but have norms of their own in each block, and vectors that do know of them. */
class DefectAlignmentTest {
    private static final long STEP = 1;
    private static final int COUNT = 9;

    private final MemoryOwner owner = MemoryOwner.open("defect alignment test");
    private final Backend backend = new CpuBackend();
    private final ParameterLayout layout = TestLayout.of(new ConfigResolver()
            .flags(Map.of("task.name", "dyck"))
            .override("model.width=16")
            .override("model.heads=2")
            .override("model.feedForwardWidth=32")
            .resolve());
    private final List<WeightMatrix> matrices = WeightMatrix.of(layout);

    @AfterEach
    void close() {
        owner.close();
    }

    private Tensor random(long seed, int count) {
        Tensor vectors = backend.allocate(owner, DType.FLOAT64, count, layout.size());
        PhiloxKey[] keys = new PhiloxKey[count];
        for (int index = 0; index < count; index++) {
            keys[index] = new PhiloxKey(seed, index);
        }
        backend.normal(keys, 0, 1, vectors);
        return vectors;
    }

    private double measure(Tensor defects, Tensor weights, String quantity) {
        DefectAlignment alignment =
                new DefectAlignment(backend, owner, layout, 1, BlockBasis.random(backend, owner, matrices, 2));
        Findings findings = new Findings();
        alignment.measure(Procedure.CONTROLLED, STEP, defects, Map.of(ThreeBasis.WEIGHTS, weights), findings);
        OptionalDouble value = findings.value(Procedure.CONTROLLED, quantity, ThreeBasis.WEIGHTS, STEP);
        return value.orElseThrow();
    }

    /** Nearly all of each vector in the attention of the first block. */
    private Tensor concentrated() {
        Tensor defects = random(3, COUNT);
        for (WeightMatrix matrix : matrices.subList(0, 3)) {
            backend.scale(100, defects.slice(1, matrix.offset(), matrix.offset() + matrix.elements()));
        }
        return defects;
    }

    @Test
    void whatOnlyTheNormsOfTheBlocksExplainDoesNotFire() {
        Tensor weights = random(4, 1);
        Tensor defects = concentrated();
        assertThat(measure(defects, weights, "block-ratio")).isBetween(0.6, 1.5);
        assertThat(measure(defects, weights, "p-value")).isGreaterThan(0.05);
        // The published null is fooled: three of 256 dimensions instead of 36 of some five thousand.
        assertThat(measure(defects, weights, "ratio")).isGreaterThan(1.2);
    }

    @Test
    void aPartAlongTheWeightsFires() {
        Tensor weights = random(4, 1);
        Tensor defects = concentrated();
        for (int index = 0; index < COUNT; index++) {
            for (WeightMatrix matrix : matrices.subList(0, 3)) {
                backend.axpy(100, matrix.piece(weights), matrix.piece(defects.slice(0, index, index + 1L)));
            }
        }
        assertThat(measure(defects, weights, "block-ratio")).isGreaterThan(3);
        assertThat(measure(defects, weights, "p-value")).isEqualTo(0.01);
    }
}
