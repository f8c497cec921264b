package dev.spectraledge.analysis.experiment;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.GramSpectrum;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.List;

/** Singular values and right singular vectors v_k = Xᵀu_k/σ_k of rows that are at hand, FLOAT64 {@code [1, p]}, uncentred. */
public final class WindowModes {
    private final Backend backend;
    private final List<Tensor> rows;
    private final GramSpectrum spectrum;

    /** Of rows that stay as they are. */
    public WindowModes(Backend backend, List<Tensor> rows) {
        this.backend = backend;
        this.rows = List.copyOf(rows);
        GramMatrix gram = new GramMatrix(rows.size());
        gram.resize(rows.size());
        for (int row = 0; row < rows.size(); row++) {
            for (int column = 0; column <= row; column++) {
                gram.set(row, column, VectorProducts.dot(backend, rows.get(row), rows.get(column)));
            }
        }
        spectrum = new GramSpectrum(rows.size());
        spectrum.compute(gram, 0, rows.size());
    }

    /** Modes that stand above the rounding of the rows' products: the first ones. */
    public int resolved() {
        int resolved = 0;
        while (resolved < rows.size() && spectrum.isResolved(resolved)) {
            resolved++;
        }
        return resolved;
    }

    /** v_k, k from 0, a unit vector whose sign is arbitrary; of a mode that is resolved. */
    public Tensor direction(MemoryOwner owner, int k) {
        Tensor direction =
                backend.allocate(owner, DType.FLOAT64, rows.getFirst().shape());
        for (int row = 0; row < rows.size(); row++) {
            backend.axpy(spectrum.left(row, k) / spectrum.singularValue(k), rows.get(row), direction);
        }
        return direction;
    }
}
