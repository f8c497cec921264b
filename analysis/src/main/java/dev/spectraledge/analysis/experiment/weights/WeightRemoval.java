package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.step.Evaluation;
import java.util.List;

/** Takes something away from θ_A, and says what that does to the model and how much it was. */
public final class WeightRemoval {
    private final StudiedModel model;
    private final Backend backend;

    /**
     * What a removal left.
     *
     * @param loss after it
     * @param accuracy after it, token by token
     * @param removedNorm Euclidean norm of what was taken away
     */
    public record Outcome(double loss, double accuracy, double removedNorm) {}

    public WeightRemoval(StudiedModel model) {
        this.model = model;
        backend = model.backend();
    }

    /** Nothing is taken away. */
    public Outcome nothing() {
        model.restore();
        return outcome(0);
    }

    /** ‖θ_A‖ as it was loaded. */
    public double norm() {
        model.restore();
        return VectorProducts.norm(backend, model.attention());
    }

    /** θ_A ← θ_A − Σ⟨θ_A, b⟩b over an orthonormal basis. */
    public Outcome projection(List<Tensor> basis) {
        model.restore();
        return outcome(VectorProducts.projectOut(backend, basis, model.attention()));
    }

    /** Projects out the span of random orthonormal vectors, as published: it has the edge's dimension, not its norm. */
    public Outcome randomProjection(int dimension, long seed) {
        try (MemoryOwner owner = MemoryOwner.open("random span")) {
            return projection(RandomDirections.draw(
                    backend, owner, seed, dimension, model.attention().size(1)));
        }
    }

    /** Subtracts a random vector of this norm (ours). */
    public Outcome randomVector(double norm, long seed) {
        model.restore();
        try (MemoryOwner owner = MemoryOwner.open("random vector")) {
            Tensor direction = RandomDirections.draw(
                            backend, owner, seed, 1, model.attention().size(1))
                    .getFirst();
            model.move(-norm, direction);
        }
        return outcome(norm);
    }

    /** Takes this norm away along θ_A itself: every weight shrinks by the same factor (ours). */
    public Outcome shrink(double norm) {
        double whole = norm();
        backend.scale(1 - norm / whole, model.attention());
        return outcome(norm);
    }

    private Outcome outcome(double removedNorm) {
        Evaluation evaluation = model.evaluate();
        return new Outcome(evaluation.loss(), evaluation.accuracies().getFirst(), removedNorm);
    }
}
