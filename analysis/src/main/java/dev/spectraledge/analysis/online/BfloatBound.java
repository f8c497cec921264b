package dev.spectraledge.analysis.online;

import dev.spectraledge.kernels.cpu.BfloatGram;
import java.util.List;

/**
 * How far the singular values of a window may be off of which something was rounded to bfloat16: no number moves by more than u =
 * 2⁻⁸ of itself, hence by u/(1 − u) of what is kept, and no singular value by more than the Frobenius norm of all errors (Mirsky
 * 1960).
 */
public abstract class BfloatBound implements WindowCertificate {
    @Override
    public final List<String> columns() {
        return List.of("sigma_error_bound");
    }

    @Override
    public final double value(int index) {
        return BfloatGram.ROUNDOFF / (1 - BfloatGram.ROUNDOFF) * Math.sqrt(squaredNorms());
    }

    /** Sum over the rows of the window of the squared norm of what was rounded. */
    protected abstract double squaredNorms();
}
