package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockBasisTest {
    @TempDir
    private Path folder;

    private final MemoryOwner owner = MemoryOwner.open("block basis test");
    private final Backend backend = new CpuBackend();

    @AfterEach
    void close() {
        owner.close();
    }

    /** All attention matrices move to and fro on two lines; the others stay where they are and have no components. */
    @Test
    void aTrajectoryInAPlaneLiesInItsBasisAndARandomVectorDoesNot() {
        StudiedRun run = SyntheticRun.write(
                folder,
                0,
                8,
                (index, attention, cpu) -> SyntheticRun.addRandom(attention, cpu, index % 2 + 1L, 0.5 + index));
        BlockBasis basis = BlockBasis.ofTrajectory(run, backend, owner);
        Tensor way = run.weights(owner, 5 * SyntheticRun.STRIDE).flat();
        backend.axpy(-1, run.weights(owner, 0).flat(), way);
        // Of the square of a residual of 0, 1 − 1 in rounding, the root is about 1e-8.
        assertThat(basis.residual(way)).isCloseTo(0, within(1e-6));
        Tensor vector = backend.allocate(owner, DType.FLOAT64, 1, run.layout().size());
        backend.normal(new PhiloxKey[] {new PhiloxKey(1, 1)}, 0, 1, vector);
        assertThat(basis.residual(vector)).isBetween(0.98, 1.0);
    }
}
