package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.ParameterSubset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Products from pieces are those of whole vectors. */
class AttentionGramTest {
    /** Roundings of sums of some hundred products, relative to the norms. */
    private static final double ROUNDING = 1e-13;

    private static final List<Long> SNAPSHOTS = List.of(0L, 100L, 200L, 300L);

    private final Backend backend = new CpuBackend();

    @TempDir
    private Path folder;

    private StudiedRun run;

    @BeforeEach
    void move() {
        run = SyntheticRun.write(
                folder, 0, 4, (index, attention, own) -> SyntheticRun.addRandom(attention, own, index, 0.3));
    }

    /** θ_A at each snapshot. */
    private List<Tensor> weights(MemoryOwner owner) {
        List<Tensor> weights = new ArrayList<>();
        for (long step : SNAPSHOTS) {
            Tensor whole =
                    backend.allocate(owner, DType.FLOAT64, 1, run.layout().size(ParameterSubset.ATTENTION));
            run.readAttention(step, whole);
            weights.add(whole);
        }
        return weights;
    }

    private void requireProducts(GramMatrix gram, List<Tensor> rows) {
        assertThat(gram.rows()).isEqualTo(rows.size());
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column < rows.size(); column++) {
                double scale =
                        VectorProducts.norm(backend, rows.get(row)) * VectorProducts.norm(backend, rows.get(column));
                assertThat(gram.get(row, column))
                        .isCloseTo(
                                VectorProducts.dot(backend, rows.get(row), rows.get(column)), within(ROUNDING * scale));
            }
        }
    }

    /** Every tensor by itself, a few together, all. */
    @ParameterizedTest
    @ValueSource(longs = {1, 1100, 1 << 20})
    void ofAPathAndOfUpdatesBesideOthers(long piece) {
        try (MemoryOwner owner = MemoryOwner.open("whole vectors")) {
            List<Tensor> weights = weights(owner);
            List<Tensor> path = new ArrayList<>(List.of(weights.getFirst()));
            for (int index = 1; index < weights.size(); index++) {
                Tensor update = backend.allocate(
                        owner, DType.FLOAT64, weights.getFirst().shape());
                backend.subtract(weights.get(index), weights.get(index - 1), update);
                path.add(update);
            }
            AttentionGram products = new AttentionGram(run, piece);
            requireProducts(products.ofPath(SNAPSHOTS), path);
            List<Tensor> rows = new ArrayList<>(path.subList(1, path.size()));
            rows.add(weights.get(2));
            Tensor single =
                    backend.allocate(owner, DType.FLOAT32, weights.getFirst().shape());
            Tensor asDouble = backend.allocate(owner, DType.FLOAT64, single.shape());
            backend.copy(weights.get(1), single);
            backend.copy(single, asDouble);
            rows.add(asDouble);
            requireProducts(products.ofUpdates(SNAPSHOTS, List.of(weights.get(2), single)), rows);
        }
    }

    @Test
    void piecesAreAllOfAttentionInOrder() {
        for (long most : List.of(1L, 1100L, Long.MAX_VALUE)) {
            long end = 0;
            for (AttentionPiece piece : AttentionPiece.of(run.layout(), most)) {
                assertThat(piece.begin()).isEqualTo(end);
                assertThat(piece.size() <= most || piece.specs().size() == 1).isTrue();
                end += piece.size();
            }
            assertThat(end).isEqualTo(run.layout().size(ParameterSubset.ATTENTION));
        }
        assertThat(AttentionPiece.of(run.layout(), 1)).hasSizeGreaterThan(3);
        assertThat(AttentionPiece.of(run.layout(), Long.MAX_VALUE)).hasSize(1);
    }
}
