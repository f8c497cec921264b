package dev.spectraledge.analysis.parts;

import java.util.List;

/**
 * The two parts of the step into a checkpoint, for one matrix.
 *
 * @param step of the checkpoint
 * @param rows of the matrix
 * @param columns of the matrix
 * @param gradientNorm ‖Δ_grad‖, the square root of the sum of squares
 * @param decayNorm ‖Δ_decay‖
 * @param alignment cosine of the two; NaN where one of them vanishes
 * @param directionOverlap |⟨u_g, u_d⟩·⟨v_g, v_d⟩| of their first singular directions; NaN where one of them vanishes
 * @param gradientSigmas leading singular values of the gradient part
 * @param decaySigmas of the decay part, as many
 */
public record MatrixParts(
        long step,
        String tensor,
        long rows,
        long columns,
        double gradientNorm,
        double decayNorm,
        double alignment,
        double directionOverlap,
        List<Double> gradientSigmas,
        List<Double> decaySigmas) {

    /** ‖Δ_grad‖²/(‖Δ_grad‖² + ‖Δ_decay‖²), which leaves the cross term out as the published share does. */
    public double gradientShare() {
        double gradient = gradientNorm * gradientNorm;
        return gradient / (gradient + decayNorm * decayNorm);
    }
}
