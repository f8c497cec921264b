package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.analysis.experiment.Representations;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.experiment.functional.AttentionPatterns;
import dev.spectraledge.analysis.experiment.functional.PositionalFourier;
import dev.spectraledge.analysis.experiment.probe.Labels;
import dev.spectraledge.analysis.experiment.probe.MlpRegression;
import dev.spectraledge.analysis.experiment.probe.MlpSettings;
import dev.spectraledge.analysis.experiment.probe.NumpyRandom;
import dev.spectraledge.analysis.experiment.probe.ProbeSplit;
import dev.spectraledge.analysis.experiment.probe.RidgeRegression;
import dev.spectraledge.analysis.experiment.probe.Standardisation;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.protocol.Protocol;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.model.Parameters;

/**
 * How well depth can be read from the last block of a Dyck model, and what the reading depends on (Lifecycle §4.9):
 * on test sequences for the probes and the spectrum, and on padded ones for the entropy of attention.
 */
final class RepresentationDiagnostics implements AutoCloseable {
    private static final int SPLIT_SEED = 42;
    private static final double PENALTY = 1;
    private static final String TOKENS = "tok_emb.weight";
    private static final String POSITIONS = "pos_emb.weight";

    private final Backend backend;
    private final StudiedRun run;
    private final String layer;
    private final StudiedModel probed;
    private final StudiedModel attended;

    /**
     * What is found at some weights.
     *
     * @param ridge held-out R² of the published ridge regression, α = 1 on features as they are
     * @param leastSquares the same without a penalty, which no scale of the features changes
     * @param featureDeviation mean over the features of their standard deviation over the tokens
     * @param entropy of attention in nats, as published
     * @param positions Fourier spectrum of the features along the positions, as published
     * @param norm ‖θ‖
     * @param deadNorm of the rows of the tables of embeddings that never receive a gradient: positions that no sequence
     *     has, and padding
     */
    record Value(
            double ridge,
            double leastSquares,
            double featureDeviation,
            double entropy,
            PositionalFourier.Summary positions,
            double norm,
            double deadNorm) {
        /** ‖θ‖ of what is trained. */
        double liveNorm() {
            return Math.sqrt(Math.max(norm * norm - deadNorm * deadNorm, 0));
        }
    }

    /** @param protocol says how many sequences */
    RepresentationDiagnostics(StudiedRun run, Protocol protocol) {
        this.run = run;
        backend = run.backend();
        layer = "layer_" + (run.config().model().layers() - 1);
        probed = StudiedModel.of(run, run.data().test(), protocol.count(Parameter.SEQUENCES));
        attended = StudiedModel.padded(run, run.data().test(), protocol.count(Parameter.ATTENTION_SEQUENCES));
    }

    /** At weights {@code [1, P]} of any type. */
    Value measure(Tensor weights) {
        probed.load(weights);
        attended.load(weights);
        HiddenStates states = Representations.of(probed, layer);
        double[] depths = Labels.targets(states);
        ProbeSplit split = ProbeSplit.ofTokens(NumpyRandom.seeded(SPLIT_SEED), states.rows());
        Parameters parameters = probed.parameters();
        return new Value(
                RidgeRegression.heldOut(split, states.values(), depths, PENALTY),
                RidgeRegression.heldOut(split, states.values(), depths, 0),
                Standardisation.meanDeviation(states.values()),
                AttentionPatterns.meanEntropy(attended),
                PositionalFourier.summary(states, run.data().test().contextLength()),
                VectorProducts.norm(backend, parameters.flat()),
                deadNorm(parameters));
    }

    /** Held-out R² of the published MLP. */
    double mlp(Tensor weights) {
        probed.load(weights);
        HiddenStates states = Representations.of(probed, layer);
        double[] depths = Labels.targets(states);
        ProbeSplit split = ProbeSplit.ofTokens(NumpyRandom.seeded(SPLIT_SEED), states.rows());
        return MlpRegression.heldOut(backend, split, states.values(), depths, MlpSettings.published());
    }

    private double deadNorm(Parameters parameters) {
        Tensor positions = parameters.get(POSITIONS).at(0);
        Tensor tokens = parameters.get(TOKENS).at(0);
        int padding = run.config().task().paddingToken();
        double squares = 0;
        for (long row = run.data().train().contextLength(); row < positions.size(0); row++) {
            squares += square(positions.slice(0, row, row + 1));
        }
        return Math.sqrt(squares + square(tokens.slice(0, padding, padding + 1L)));
    }

    private double square(Tensor row) {
        return VectorProducts.dot(backend, row, row);
    }

    @Override
    public void close() {
        probed.close();
        attended.close();
    }
}
