package dev.spectraledge.analysis.experiment.causal;

import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.model.ParameterSpec;
import dev.spectraledge.trainer.model.Places;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How much a small move of θ_A along a unit vector v changes what a model computes (thesis §7, N1). Published: A(v), the mean over
 * inputs of ‖[μ(θ + εv) − μ(θ − εv)]/2ε‖² with ε = 0.005‖θ_A‖, where μ is the gradient of the right answer's logit by the
 * embeddings of the input. Its square norm is estimated without bias, as E(μ·u)² = ‖μ‖² for normal u (Hutchinson 1990): the embeddings
 * of all positions, to which the table of positions adds, move along u; all directions see the same u. Controlled: the logit itself in
 * place of its gradient.
 */
final class TokenResponse implements AutoCloseable {
    /** Of ‖θ_A‖, as published. */
    private static final double MOVE = 0.005;
    /** Of the root mean square of position embeddings: its square is the error of a difference, and rounding is divided by it. */
    private static final double EMBEDDING_MOVE = 1e-3;

    /** What the name of the table begins with in every model that is published. */
    private static final String POSITIONS = "pos_emb";

    private static final long STREAM = 0x746f6b72;

    private final MemoryOwner owner = MemoryOwner.open("token response");
    private final StudiedModel model;
    private final Backend backend;
    private final List<Tensor> moves = new ArrayList<>();
    private double epsilon;
    private double delta;

    /**
     * Of a model with a table of positions.
     *
     * @param draws of u
     */
    TokenResponse(StudiedModel model, int draws, long seed) {
        this.model = model;
        backend = model.backend();
        Tensor table = embeddings();
        for (int draw = 0; draw < draws; draw++) {
            Tensor move = backend.allocate(owner, DType.FLOAT64, table.shape());
            backend.normal(new PhiloxKey[] {new PhiloxKey(seed, STREAM + draw)}, 0, 1, move);
            moves.add(move);
        }
    }

    /** Takes the weights of a snapshot. */
    void load(long step) {
        model.load(step);
        epsilon = MOVE * VectorProducts.norm(backend, model.attention());
        Tensor table = embeddings();
        delta = EMBEDDING_MOVE * VectorProducts.norm(backend, table) / Math.sqrt((double) table.size(1));
    }

    /** Of positions, {@code [1, positions·width]}. */
    private Tensor embeddings() {
        ParameterSpec table = model.run().layout().specs().stream()
                .filter(spec -> spec.name().startsWith(POSITIONS))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("the model has no table of positions"));
        long begin = model.run().layout().offset(table.name());
        return model.parameters().flat().slice(1, begin, begin + table.elements());
    }

    /** A(v), by gradients as published. */
    double ofGradients(Tensor direction) {
        double sum = 0;
        for (Tensor move : moves) {
            double[] ahead = derivatives(epsilon, direction, move);
            double[] behind = derivatives(-epsilon, direction, move);
            sum += meanSquare(ahead, behind, 2 * epsilon) / moves.size();
        }
        return sum;
    }

    /** The same, by logits. */
    double ofLogits(Tensor direction) {
        return meanSquare(logits(epsilon, direction, 0, null), logits(-epsilon, direction, 0, null), 2 * epsilon);
    }

    /** μ·u of each answer. */
    private double[] derivatives(double amount, Tensor direction, Tensor move) {
        double[] ahead = logits(amount, direction, delta, move);
        double[] behind = logits(amount, direction, -delta, move);
        for (int index = 0; index < ahead.length; index++) {
            ahead[index] = (ahead[index] - behind[index]) / (2 * delta);
        }
        return ahead;
    }

    private static double meanSquare(double[] x, double[] y, double distance) {
        double sum = 0;
        for (int index = 0; index < x.length; index++) {
            double slope = (x[index] - y[index]) / distance;
            sum += slope * slope / x.length;
        }
        return sum;
    }

    /** Logits of the right answers, one after the other. */
    private double[] logits(double amount, Tensor direction, double ofEmbeddings, Tensor move) {
        model.restore();
        model.move(amount, direction);
        if (move != null) {
            backend.axpy(ofEmbeddings, move, embeddings());
        }
        model.evaluate();
        Tensor logits = model.places().get(Places.LOGITS).values();
        Tensor targets = model.batch().targets();
        int objectives = Math.toIntExact(targets.size(0));
        int classes = Math.toIntExact(logits.size(2)) / objectives;
        int rows = model.batch().labelled().rows(0);
        double[] found = new double[objectives * rows];
        int count = 0;
        for (int objective = 0; objective < objectives; objective++) {
            for (int row = 0; row < rows; row++) {
                int target = targets.run(objective).run(0).getInt(row);
                if (target >= 0) {
                    found[count++] = logits.get(0, row, (long) objective * classes + target);
                }
            }
        }
        return Arrays.copyOf(found, count);
    }

    @Override
    public void close() {
        owner.close();
    }
}
