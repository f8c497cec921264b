package dev.spectraledge.analysis.experiment.causal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.ParameterSubset;
import dev.spectraledge.trainer.model.Places;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenResponseTest {
    private static final int SEQUENCES = 3;
    private static final String POSITIONS = "pos_emb.weight";

    @TempDir
    private Path folder;

    /** Logits of the right answers, after a move of θ_A and of one element of the table of positions. */
    private static List<Double> logits(StudiedModel model, double amount, Tensor direction, long element, double move) {
        model.restore();
        model.move(amount, direction);
        long place = model.run().layout().offset(POSITIONS) + element;
        Tensor flat = model.parameters().flat();
        flat.set(flat.get(0, place) + move, 0, place);
        model.evaluate();
        Tensor logits = model.places().get(Places.LOGITS).values();
        List<Double> found = new ArrayList<>();
        for (int row = 0; row < model.batch().labelled().rows(0); row++) {
            int target = model.batch().targets().run(0).run(0).getInt(row);
            if (target >= 0) {
                found.add(logits.get(0, row, target));
            }
        }
        return found;
    }

    /** Σ over the elements of all position embeddings of squared mixed differences, the mean over answers. */
    private static double exact(StudiedModel model, double epsilon, Tensor direction) {
        double delta = 1e-4;
        double sum = 0;
        long elements = model.parameters().get(POSITIONS).elements();
        for (long element = 0; element < elements; element++) {
            List<Double> a = logits(model, epsilon, direction, element, delta);
            List<Double> b = logits(model, epsilon, direction, element, -delta);
            List<Double> c = logits(model, -epsilon, direction, element, delta);
            List<Double> d = logits(model, -epsilon, direction, element, -delta);
            for (int row = 0; row < a.size(); row++) {
                double mixed = (a.get(row) - b.get(row) - c.get(row) + d.get(row)) / (4 * epsilon * delta);
                sum += mixed * mixed / a.size();
            }
        }
        return sum;
    }

    /** With 100 draws of u, each of which deviates from the mean by √2 of it at most, four standard deviations. */
    @Test
    void theSquareOfAGradientIsThatOfItsElements() {
        try (StudiedRun run = TinyTraining.write(
                        folder, List.of(0L, 40L), "task.contextLength=6", "task.maxPairs=3", "model.positions=6");
                StudiedModel model = StudiedModel.tokenByToken(run, run.data().test(), SEQUENCES);
                MemoryOwner owner = MemoryOwner.open("direction");
                TokenResponse response = new TokenResponse(model, 100, 5)) {
            response.load(40);
            Tensor direction = RandomDirections.draw(
                            run.backend(), owner, 1, 1, run.layout().size(ParameterSubset.ATTENTION))
                    .getFirst();
            double epsilon = 0.005 * VectorProducts.norm(run.backend(), model.attention());
            double exact = exact(model, epsilon, direction);
            assertThat(response.ofGradients(direction)).isCloseTo(exact, within(4 * Math.sqrt(2.0 / 100) * exact));
        }
    }

    /** The gradient of the loss moves the logits more than random directions do; one further random direction is one of them. */
    @Test
    void theLossGradientIsAnsweredMoreThanRandomDirections() {
        try (StudiedRun run = TinyTraining.write(folder, List.of(0L, 40L));
                StudiedModel model = StudiedModel.tokenByToken(run, run.data().test(), 20);
                MemoryOwner owner = MemoryOwner.open("direction");
                TokenResponse response = new TokenResponse(model, 2, 5)) {
            response.load(40);
            model.differentiate();
            long size = run.layout().size(ParameterSubset.ATTENTION);
            Tensor gradient = run.backend().allocate(owner, DType.FLOAT64, 1, size);
            run.backend().copy(model.gradient().subset(ParameterSubset.ATTENTION), gradient);
            run.backend().scale(1 / VectorProducts.norm(run.backend(), gradient), gradient);
            Null logits = Null.of(RandomDirections.along(run.backend(), 10, 20, size, response::ofLogits));
            assertThat(logits.probability(response.ofLogits(gradient))).isCloseTo(1.0 / 21, within(1e-12));
            Null gradients = Null.of(RandomDirections.along(run.backend(), 10, 20, size, response::ofGradients));
            assertThat(gradients.probability(response.ofGradients(gradient))).isCloseTo(1.0 / 21, within(1e-12));
            double other = RandomDirections.along(run.backend(), 99, 1, size, response::ofLogits)
                    .getFirst();
            assertThat(logits.probability(other)).isGreaterThan(1.0 / 21);
        }
    }
}
