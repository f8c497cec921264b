package dev.spectraledge.analysis.experiment.cadence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Updates of 50 steps that a test makes up: decay, and random steps of given norms. */
class FlipScanTest {
    private static final int STRIDE = 50;
    private static final int UPDATES = 12;
    private static final int SIZE = 400;

    private final Backend backend = new CpuBackend();

    @FunctionalInterface
    private interface Norms {
        double of(int update);
    }

    private Findings scan(double decayRate, Norms norms, OptionalLong grokStep) {
        Findings findings = new Findings();
        FlipScan scan = new FlipScan(OptionalInt.of(STRIDE));
        try (ReplayedUpdates updates = new ReplayedUpdates(new CpuBackend(), STRIDE, UPDATES, SIZE, step -> true);
                MemoryOwner owner = MemoryOwner.open("walk")) {
            List<Tensor> directions = RandomDirections.draw(backend, owner, 1, UPDATES + 1, SIZE);
            Tensor before = backend.allocate(owner, DType.FLOAT64, 1, SIZE);
            Tensor after = backend.allocate(owner, DType.FLOAT64, 1, SIZE);
            backend.copy(directions.getLast(), after);
            for (int index = 0; index < UPDATES; index++) {
                backend.copy(after, before);
                backend.scale(Math.exp(-STRIDE * decayRate), after);
                backend.axpy(norms.of(index), directions.get(index), after);
                updates.estimate((long) STRIDE * (index + 1), before, after, decayRate);
                if (updates.size() > 1) {
                    scan.add(updates, List.of(3, 5, 8), findings);
                }
            }
        }
        scan.report(grokStep, findings);
        return findings;
    }

    private static double flip(Findings findings, int width) {
        return findings.value(
                        Procedure.CONTROLLED,
                        "flip-step",
                        SweptWindow.item("v1", width, STRIDE),
                        (long) STRIDE * UPDATES)
                .orElseThrow();
    }

    /** Planted: a large first update, then little beside decay. */
    @Test
    void findsTheStepAtWhichTheFirstUpdateLeaves() {
        Findings findings = scan(1e-3, update -> update == 0 ? 1 : 1e-3, OptionalLong.empty());
        for (int width : new int[] {3, 5, 8}) {
            assertThat(flip(findings, width)).isEqualTo(STRIDE * (width + 1.0));
        }
        assertThat(findings.remarks()).singleElement().asString().contains("W = 3 at step 200", "W = 8 at step 450");
    }

    /** Null: the same without decay. */
    @Test
    void findsNothingWithoutDecay() {
        Findings findings = scan(0, update -> update == 0 ? 1 : 1e-3, OptionalLong.empty());
        for (int width : new int[] {3, 5, 8}) {
            assertThat(flip(findings, width)).isNaN();
        }
        assertThat(findings.remarks()).singleElement().asString().contains("W = 5 never");
    }

    /** The gap of orthogonal updates is known: σ are their norms. */
    @Test
    void measuresTheDenseGapUntilTheGrokStep() {
        double[] norms = {4, 3, 2, 1, 0.5, 0.4, 0.3, 0.2, 0.2, 0.2, 0.2, 9};
        Findings findings = scan(0, update -> norms[update], OptionalLong.of(350));
        String item = "dense/W=3/stride=50";
        assertThat(findings.value(Procedure.PUBLISHED, "early-g23", item, 100).orElseThrow())
                .isCloseTo(9, within(1e-9));
        double last = 0.4 * 0.4 - 0.3 * 0.3;
        assertThat(findings.value(Procedure.PUBLISHED, "decline", item, 350).orElseThrow())
                .isCloseTo(9 / last, within(1e-6));
        assertThat(scan(0, update -> 1, OptionalLong.of(2000)).remarks())
                .anySatisfy(remark -> assertThat(remark).contains("does not reach the grok step 2000"));
    }
}
