package dev.spectraledge.analysis.spectrum;

/**
 * How much of the motion along each direction v_k the gradient and the weight decay make. With g_i = ⟨Δgrad_i, v_k⟩ and
 * w_i = ⟨Δdecay_i, v_k⟩ over the updates i of the window, both follow from products of updates: w_i = Σ_j ⟨Δdecay_i,
 * Δ_j⟩·u_jk/σ_k, and g_i + w_i = ⟨Δ_i, v_k⟩ = σ_k·u_ik.
 */
public final class UpdateParts {
    private final double[] gradientEnergy;
    private final double[] decayEnergy;
    private final double[] product;

    public UpdateParts(int capacity) {
        gradientEnergy = new double[capacity];
        decayEnergy = new double[capacity];
        product = new double[capacity];
    }

    /** Products ⟨Δdecay_i, Δ_j⟩ of the rows of a window, oldest first. */
    @FunctionalInterface
    public interface DecayProducts {
        double get(int decayRow, int updateRow);
    }

    /**
     * Splits the first {@code wanted} modes of the window of {@code spectrum}, or as many as it has; those that it does not
     * resolve become NaN.
     */
    public void compute(GramSpectrum spectrum, DecayProducts decayProducts, int wanted) {
        int rows = spectrum.rows();
        int modes = Math.min(wanted, rows);
        for (int mode = 0; mode < modes; mode++) {
            double gradientSquares = 0;
            double decaySquares = 0;
            double products = 0;
            double singularValue = spectrum.singularValue(mode);
            for (int row = 0; row < rows; row++) {
                double decay = 0;
                for (int other = 0; other < rows; other++) {
                    decay += decayProducts.get(row, other) * spectrum.left(other, mode);
                }
                decay /= singularValue;
                double gradient = singularValue * spectrum.left(row, mode) - decay;
                gradientSquares += gradient * gradient;
                decaySquares += decay * decay;
                products += gradient * decay;
            }
            boolean resolved = spectrum.isResolved(mode);
            gradientEnergy[mode] = resolved ? gradientSquares / rows : Double.NaN;
            decayEnergy[mode] = resolved ? decaySquares / rows : Double.NaN;
            product[mode] = resolved ? products / rows : Double.NaN;
        }
    }

    /** mean g²/(mean g² + mean w²), the published share, which leaves the cross term out; ½ where both vanish. */
    public double gradientShare(int mode) {
        double energy = gradientEnergy[mode] + decayEnergy[mode];
        return energy == 0 ? 0.5 : gradientEnergy[mode] / energy;
    }

    /** 1 − {@link #gradientShare}. */
    public double decayShare(int mode) {
        return 1 - gradientShare(mode);
    }

    /** Cosine Σg·w/√(Σg²·Σw²): 1 where both parts push alike, −1 where they oppose; NaN where one vanishes. Ours. */
    public double alignment(int mode) {
        return product[mode] / Math.sqrt(gradientEnergy[mode] * decayEnergy[mode]);
    }

    /** mean(g·w), the published alignment value, not normalised. */
    public double meanProduct(int mode) {
        return product[mode];
    }
}
