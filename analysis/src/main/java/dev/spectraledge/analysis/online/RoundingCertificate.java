package dev.spectraledge.analysis.online;

import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.analysis.spectrum.ProductHistory;

/**
 * How far the singular values of a window X may be off whose updates are kept as bfloat16: rounding moves no element by more than
 * u = 2⁻⁸ of itself, hence no singular value by more than u‖X‖_F/(1 − u), where ‖X‖_F is that of what is kept (Mirsky 1960).
 */
final class RoundingCertificate extends BfloatBound {
    private final ProductHistory history;

    RoundingCertificate(ProductHistory history) {
        this.history = history;
    }

    @Override
    protected double squaredNorms() {
        GramMatrix gram = history.gram();
        double trace = 0;
        for (int row = history.firstRow(); row < gram.rows(); row++) {
            trace += gram.get(row, row);
        }
        return trace;
    }
}
