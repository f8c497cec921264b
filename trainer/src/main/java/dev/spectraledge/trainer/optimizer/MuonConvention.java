package dev.spectraledge.trainer.optimizer;

/**
 * What published implementations of Muon differ in: how momentum remembers, and what keeps the division by the Frobenius norm
 * finite.
 */
public enum MuonConvention {
    /** b ← μb + ĝ, and division by ‖·‖ + 1e-7 (the code of Jordan et al. 2024). */
    JORDAN(1e-7, 0) {
        @Override
        double dampening(double momentum) {
            return 0;
        }
    },
    /** b ← μb + (1 − μ)ĝ, and division by max(‖·‖, 1e-7) ({@code torch.optim.Muon}). */
    PYTORCH(0, 1e-7) {
        @Override
        double dampening(double momentum) {
            return momentum;
        }
    };

    private final double addedToNorm;
    private final double leastNorm;

    MuonConvention(double addedToNorm, double leastNorm) {
        this.addedToNorm = addedToNorm;
        this.leastNorm = leastNorm;
    }

    /** The share of the gradient that does not enter the momentum. */
    abstract double dampening(double momentum);

    double addedToNorm() {
        return addedToNorm;
    }

    double leastNorm() {
        return leastNorm;
    }
}
