package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.analysis.experiment.InputDirections;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.Representations;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.WeightMatrix;
import dev.spectraledge.analysis.experiment.probe.InputIdentity;
import dev.spectraledge.analysis.experiment.probe.Labels;
import dev.spectraledge.analysis.experiment.probe.NumpyRandom;
import dev.spectraledge.analysis.experiment.probe.ProbeSplit;
import dev.spectraledge.analysis.experiment.probe.RidgeRegression;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.model.Places;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The strongest input directions of W_Q and W_K, their right singular vectors (Lifecycle §4.18). Published: how well depth is
 * read from the layer's <em>output</em> along them, by ridge regression on tokens of the same sequences, which frequency
 * dominates there, and how far apart both brackets are; and the angles between matrices. Controlled: the same of what these
 * matrices really read, the normalised input of the layer, by least squares and with other sequences to judge on; beside
 * {@value #RANDOM} random sets of five directions, among whose R² the p value is taken, and the 95 % quantile of |cos|
 * between independent random directions.
 */
public final class WeightDirections implements Experiment {
    static final String SINGULAR_VALUE = "singular-value";
    static final String DEPTH_R2 = "depth-r2";
    static final String DOMINANT = "dominant-frequency";
    static final String SEPARATION = "cohens-d";
    static final String COSINE = "cosine";
    static final String P_VALUE = "p-value";

    /** Random sets of directions of the null. */
    static final int RANDOM = 39;

    private static final int DIRECTIONS = 5;
    private static final int COMPARED = 3;
    private static final int PUBLISHED_SEED = 42;
    private static final long SEED = 29;
    private static final double EPSILON = 1e-5;
    /** Quantile of the absolute value of a standard normal variate. */
    private static final double NORMAL_95 = 1.959964;

    private static final List<AttentionBlock> MATRICES = List.of(AttentionBlock.QUERY, AttentionBlock.KEY);

    @Override
    public String name() {
        return "weight-directions";
    }

    @Override
    public String question() {
        return "Do the strongest input directions of W_Q and W_K carry depth more than random directions do?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.task(run, name());
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        NumpyRandom random = NumpyRandom.seeded(PUBLISHED_SEED);
        try (StudiedModel model =
                StudiedModel.of(run, run.data().test(), run.protocol(name()).count(Parameter.SEQUENCES))) {
            for (double wanted : phases.steps(PhaseTable.NEAREST)) {
                long step = PhaseSteps.nearest(run.steps(), wanted);
                model.load(step);
                measure(model, step, random, findings);
            }
        }
        WeightDirectionsFigures.draw(findings, run.config().model().layers());
        return findings;
    }

    private static void measure(StudiedModel model, long step, NumpyRandom random, Findings findings) {
        List<HiddenStates> states = Representations.of(model);
        int layers = model.run().config().model().layers();
        List<Map<AttentionBlock, double[][]>> directions = new ArrayList<>();
        for (int layer = 0; layer < layers; layer++) {
            HiddenStates output = states.get(layer + 1);
            HiddenStates input = normalised(model, layer, states.get(layer));
            ProbeSplit split =
                    ProbeSplit.ofSequences(PUBLISHED_SEED, input.sequence(), InputIdentity.ofPrefixes(input));
            Null draws = random(model, input, split);
            findings.chance(DEPTH_R2, "layer_" + layer + "/", step, draws);
            double[][] query = decompose(model, layer, AttentionBlock.QUERY, step, findings);
            double[][] key = decompose(model, layer, AttentionBlock.KEY, step, findings);
            Map<AttentionBlock, double[][]> own = Map.of(AttentionBlock.QUERY, query, AttentionBlock.KEY, key);
            for (AttentionBlock matrix : MATRICES) {
                String item = "layer_" + layer + "/" + matrix.title() + "/";
                published(output, own.get(matrix), item, step, random, findings);
                controlled(input, own.get(matrix), item, step, split, draws, findings);
            }
            cosines("layer_" + layer + "/W_Q-W_K/", query, key, step, findings);
            directions.add(own);
        }
        for (AttentionBlock matrix : MATRICES) {
            for (int layer = 1; layer < layers; layer++) {
                cosines(
                        "layer_" + (layer - 1) + "-layer_" + layer + "/" + matrix.title() + "/",
                        directions.get(layer - 1).get(matrix),
                        directions.get(layer).get(matrix),
                        step,
                        findings);
            }
        }
        double width = model.run().config().model().width();
        findings.controlled(COSINE, "random-95", step, NORMAL_95 / Math.sqrt(width));
    }

    /** The strongest input directions, by row. */
    private static double[][] decompose(
            StudiedModel model, int layer, AttentionBlock matrix, long step, Findings findings) {
        InputDirections found = InputDirections.of(model.parameters(), layer, matrix.title(), DIRECTIONS);
        for (int index = 0; index < DIRECTIONS; index++) {
            findings.published(
                    SINGULAR_VALUE,
                    "layer_" + layer + "/" + matrix.title() + "/" + (index + 1),
                    step,
                    found.singularValues()[index]);
        }
        return found.vectors();
    }

    private static void published(
            HiddenStates output, double[][] directions, String item, long step, NumpyRandom random, Findings findings) {
        double[][] projected = project(output.values(), directions);
        // The published code splits anew for every probe, and probes each direction by itself before it probes several.
        List<ProbeSplit> splits = Stream.generate(() -> ProbeSplit.ofTokens(random, output.rows()))
                .limit(DIRECTIONS + 2)
                .toList();
        for (Part part : Part.values()) {
            findings.published(
                    DEPTH_R2,
                    item + part.title,
                    step,
                    RidgeRegression.heldOut(splits.get(part.published), part.of(projected), Labels.targets(output), 1));
        }
        for (int index = 0; index < DIRECTIONS; index++) {
            HiddenStates single = output.with("projection", columns(projected, index, index + 1));
            int positions = Arrays.stream(output.position()).max().orElseThrow() + 1;
            findings.published(
                    DOMINANT,
                    item + "v" + (index + 1),
                    step,
                    PowerSpectrum.dominant(PositionGram.of(single, positions).power()));
        }
        for (int index = 0; index < COMPARED; index++) {
            findings.published(
                    SEPARATION, item + "v" + (index + 1), step, BracketSeparation.of(output, projected, index));
        }
    }

    private static void controlled(
            HiddenStates input,
            double[][] directions,
            String item,
            long step,
            ProbeSplit split,
            Null random,
            Findings findings) {
        double[][] projected = project(input.values(), directions);
        for (Part part : Part.values()) {
            double r2 = RidgeRegression.heldOut(split, part.of(projected), Labels.targets(input), 0);
            findings.controlled(DEPTH_R2, item + part.title, step, r2);
            if (part == Part.ALL) {
                findings.controlled(P_VALUE, item + part.title, step, random.probability(r2));
            }
        }
        for (int index = 0; index < COMPARED; index++) {
            findings.controlled(
                    SEPARATION, item + "v" + (index + 1), step, BracketSeparation.of(input, projected, index));
        }
    }

    /** R² of depth from the input along random sets of as many orthonormal directions. */
    private static Null random(StudiedModel model, HiddenStates input, ProbeSplit split) {
        double[] draws = new double[RANDOM];
        int width = input.values()[0].length;
        for (int draw = 0; draw < RANDOM; draw++) {
            try (MemoryOwner scratch = MemoryOwner.open("random directions")) {
                List<Tensor> basis = RandomDirections.draw(model.backend(), scratch, SEED + draw, DIRECTIONS, width);
                double[][] directions = basis.stream()
                        .map(vector -> {
                            double[] copy = new double[width];
                            Arrays.setAll(copy, feature -> vector.get(0, feature));
                            return copy;
                        })
                        .toArray(double[][]::new);
                draws[draw] =
                        RidgeRegression.heldOut(split, project(input.values(), directions), Labels.targets(input), 0);
            }
        }
        return Null.of(draws);
    }

    /** The first layer norm of a block, of what enters the block in the model's last evaluation. */
    private static HiddenStates normalised(StudiedModel model, int layer, HiddenStates input) {
        String block =
                WeightMatrix.ofLastStack(model.run().layout(), layer).getFirst().block();
        Tensor entering = model.places().get(Places.before(layer)).values();
        double[][] values = new double[input.rows()][Math.toIntExact(entering.size(2))];
        try (MemoryOwner scratch = MemoryOwner.open("normalised input")) {
            Backend backend = model.backend();
            Tensor output = backend.allocate(scratch, DType.FLOAT64, entering.shape());
            backend.layerNorm(
                    model.batch().sequences(),
                    EPSILON,
                    entering,
                    model.parameters().get(block + ".norm1.weight"),
                    model.parameters().get(block + ".norm1.bias"),
                    output,
                    backend.allocate(scratch, DType.FLOAT64, 1, entering.size(1)),
                    backend.allocate(scratch, DType.FLOAT64, 1, entering.size(1)));
            int token = 0;
            for (int sequence = 0; sequence < model.sequences(); sequence++) {
                for (int row : model.rows(sequence)) {
                    for (int feature = 0; feature < values[token].length; feature++) {
                        values[token][feature] = output.get(0, row, feature);
                    }
                    token++;
                }
            }
        }
        return input.with("input of layer " + layer, values);
    }

    /** The first three directions of each, one by one. */
    private static void cosines(String item, double[][] left, double[][] right, long step, Findings findings) {
        for (int i = 0; i < COMPARED; i++) {
            for (int j = 0; j < COMPARED; j++) {
                double product = 0;
                for (int feature = 0; feature < left[i].length; feature++) {
                    product += left[i][feature] * right[j][feature];
                }
                findings.published(COSINE, item + (i + 1) + "," + (j + 1), step, Math.abs(product));
            }
        }
    }

    /** Which directions are read from. */
    private enum Part {
        FIRST("v1", 0, 1, 0),
        SECOND("v2+v3", 1, 3, DIRECTIONS),
        ALL("all5", 0, DIRECTIONS, DIRECTIONS + 1);

        private final String title;
        private final int from;
        private final int to;
        /** Which of a matrix's published probes it is. */
        private final int published;

        Part(String title, int from, int to, int published) {
            this.title = title;
            this.from = from;
            this.to = to;
            this.published = published;
        }

        double[][] of(double[][] projected) {
            return columns(projected, from, to);
        }
    }

    private static double[][] columns(double[][] rows, int from, int to) {
        return Arrays.stream(rows).map(row -> Arrays.copyOfRange(row, from, to)).toArray(double[][]::new);
    }

    private static double[][] project(double[][] rows, double[][] directions) {
        double[][] projected = new double[rows.length][directions.length];
        for (int row = 0; row < rows.length; row++) {
            for (int index = 0; index < directions.length; index++) {
                for (int feature = 0; feature < rows[row].length; feature++) {
                    projected[row][index] += rows[row][feature] * directions[index][feature];
                }
            }
        }
        return projected;
    }
}
