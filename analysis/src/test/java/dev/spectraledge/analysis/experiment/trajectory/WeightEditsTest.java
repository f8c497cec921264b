package dev.spectraledge.analysis.experiment.trajectory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.experiment.WeightMatrix;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.DenseSvd;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightEditsTest {
    @TempDir
    private Path folder;

    private final MemoryOwner owner = MemoryOwner.open("edits test");
    private StudiedRun run;
    private Backend backend;
    private Tensor start;
    private Tensor end;
    private Tensor out;
    private WeightEdits edits;

    @BeforeEach
    void train() {
        run = TinyTraining.write(folder, List.of(0L, 5L));
        backend = run.backend();
        start = run.weights(owner, 0).flat();
        end = run.weights(owner, 5).flat();
        out = backend.allocate(owner, DType.FLOAT64, 1, end.size(1));
        edits = new WeightEdits(backend, owner, run.layout(), end, start);
    }

    @AfterEach
    void close() {
        run.close();
        owner.close();
    }

    private Tensor difference(Tensor x, Tensor y) {
        Tensor difference = backend.allocate(owner, DType.FLOAT64, x.shape());
        backend.subtract(x, y, difference);
        return difference;
    }

    private double distance(Tensor x, Tensor y) {
        return VectorProducts.norm(backend, difference(x, y));
    }

    @Test
    void aDifferenceIsScaledAboutItsPoint() {
        edits.scale(0, out);
        assertThat(distance(out, start)).isZero();
        edits.scale(1.5, out);
        assertThat(distance(out, end)).isCloseTo(0.5 * distance(end, start), within(1e-12));
    }

    @Test
    void theLargestElementsStay() {
        edits.prune(0.25, out);
        long changed = 0;
        double least = Double.POSITIVE_INFINITY;
        double most = 0;
        for (long index = 0; index < out.size(1); index++) {
            double element = Math.abs(end.get(0, index) - start.get(0, index));
            if (out.get(0, index) == start.get(0, index)) {
                most = Math.max(most, element);
            } else {
                changed++;
                least = Math.min(least, element);
            }
        }
        assertThat(changed).isBetween(out.size(1) / 4 - 1, out.size(1) / 4 + 1);
        assertThat(least).isGreaterThanOrEqualTo(most);
        edits.prune(1, out);
        assertThat(distance(out, end)).isLessThan(1e-12);
    }

    @Test
    void matricesHaveTheirRankAndTheRestIsAsItWas() {
        edits.truncate(2, true, out);
        for (WeightMatrix matrix : WeightMatrix.of(run.layout())) {
            DenseSvd svd = new DenseSvd(owner, DType.FLOAT64, matrix.rows(), matrix.columns());
            svd.decompose(matrix.matrix(difference(out, start)));
            boolean isAttention =
                    !matrix.kind().contains("down") && !matrix.kind().contains("up");
            if (isAttention) {
                assertThat(svd.singularValues().get(2)).isLessThan(1e-12);
                DenseSvd whole = new DenseSvd(owner, DType.FLOAT64, matrix.rows(), matrix.columns());
                whole.decompose(matrix.matrix(difference(end, start)));
                assertThat(svd.singularValues().get(1))
                        .isCloseTo(whole.singularValues().get(1), within(1e-12));
            } else {
                assertThat(distance(matrix.piece(out), matrix.piece(end))).isLessThan(1e-12);
            }
        }
        edits.truncate(1000, false, out);
        assertThat(distance(out, end)).isLessThan(1e-12);
    }
}
