package dev.spectraledge.analysis.offline;

import dev.spectraledge.analysis.online.BfloatBound;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.ProductHistory;

/**
 * How far the singular values of a window may be off whose checkpoints hold weights that were rounded to bfloat16. Rounding moves no
 * weight by more than u = 2⁻⁸ of itself, and an update is the difference of two checkpoints, so that its error has a norm of at most
 * u/(1 − u) times the sum of theirs; no singular value moves by more than the Frobenius norm of all errors (Mirsky 1960). It does not
 * grow with the length of an update, which therefore has to be long for its spectrum to stand above it. Ours.
 */
final class WeightRounding extends BfloatBound {
    private final ProductHistory history;

    WeightRounding(ProductHistory history) {
        this.history = history;
    }

    @Override
    protected double squaredNorms() {
        GramMatrix gram = history.gram();
        double square = history.parametersSquare();
        double sum = 0;
        for (int row = gram.rows() - 1; row >= history.firstRow(); row--) {
            double norm = Math.sqrt(square);
            double productWithAfter = history.withNewestParameters(row);
            for (int later = row + 1; later < gram.rows(); later++) {
                productWithAfter -= gram.get(later, row);
            }
            // ‖θ − Δ‖² = ‖θ‖² − 2⟨θ, Δ⟩ + ‖Δ‖²; what should be 0 may be rounded below it.
            square = Math.max(0, square - 2 * productWithAfter + gram.get(row, row));
            double both = norm + Math.sqrt(square);
            sum += both * both;
        }
        return sum;
    }
}
