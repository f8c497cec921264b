package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.experiment.WeightMatrix;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.model.ParameterLayout;
import dev.spectraledge.trainer.model.ParameterSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** Where defect vectors lie, and where vectors would lie that know nothing of the bases (Lifecycle §4.24). */
final class DefectAlignment {
    /** Random subspaces for each vector, as published. */
    private static final int PUBLISHED_DRAWS = 5;

    /** So that the smallest p-value is 1 %. */
    private static final int DRAWS = 99;

    private final Backend backend;
    private final ParameterLayout layout;
    private final List<WeightMatrix> matrices;
    private final long[] sizes;
    private final BlockBasis trajectory;
    private final RankOneBases random;
    private final RandomShares shares;

    /** @param trajectory basis that ρ leaves out */
    DefectAlignment(Backend backend, MemoryOwner owner, StudiedRun run, BlockBasis trajectory) {
        this(backend, owner, run.layout(), run.config().training().seed(), trajectory);
    }

    DefectAlignment(Backend backend, MemoryOwner owner, ParameterLayout layout, long seed, BlockBasis trajectory) {
        this.backend = backend;
        this.layout = layout;
        this.trajectory = trajectory;
        matrices = WeightMatrix.of(layout);
        sizes = matrices.stream().mapToLong(WeightMatrix::elements).toArray();
        random = RankOneBases.random(backend, owner, matrices, seed, DRAWS);
        shares = new RandomShares(seed);
    }

    /**
     * Measures some vectors.
     *
     * @param defects FLOAT64 {@code [count, P]}
     * @param origins by name the vectors {@code [1, P]} whose matrices' leading singular vectors are the bases
     */
    void measure(Procedure procedure, long step, Tensor defects, Map<String, Tensor> origins, Findings findings) {
        int count = Math.toIntExact(defects.size(0));
        double[] uniform = new double[count];
        double[] withinBlocks = new double[count];
        double[][] orientations = new double[DRAWS][count];
        double[] residual = new double[count];
        double[] alongTrajectory = new double[count];
        double[] attention = new double[count];
        double[] feedForward = new double[count];
        for (int index = 0; index < count; index++) {
            Tensor defect = defects.slice(0, index, index + 1L);
            double square = VectorProducts.dot(backend, defect, defect);
            uniform[index] = shares.mean(random.dimension(), layout.size(), PUBLISHED_DRAWS);
            residual[index] = trajectory.residual(defect);
            attention[index] = share(defect, square, name -> name.contains("attn."));
            feedForward[index] = share(defect, square, name -> name.contains("linear1.") || name.contains("linear2."));
            if (procedure == Procedure.CONTROLLED) {
                double[] blocks = blockSquares(defect);
                withinBlocks[index] = shares.meanWithin(RankOneBases.RANK, blocks, sizes, square, DRAWS);
                alongTrajectory[index] = shares.meanWithin(BlockBasis.COMPONENTS, blocks, sizes, square, DRAWS);
                double[] drawn = random.shares(defect);
                for (int draw = 0; draw < DRAWS; draw++) {
                    orientations[draw][index] = drawn[draw];
                }
            }
        }
        findings.add(procedure, "random-share", "uniform", step, Statistics.median(uniform));
        findings.add(procedure, "attention-share", "median", step, Statistics.median(attention));
        findings.add(procedure, "feed-forward-share", "median", step, Statistics.median(feedForward));
        findings.add(procedure, "residual", ThreeBasis.TRAJECTORY, step, Statistics.median(residual));
        if (procedure == Procedure.CONTROLLED) {
            findings.controlled("random-share", "blocks", step, Statistics.median(withinBlocks));
            findings.controlled(
                    "block-ratio",
                    ThreeBasis.TRAJECTORY,
                    step,
                    BlockBasis.complement(Statistics.median(residual)) / Statistics.median(alongTrajectory));
        }
        origins.forEach((name, origin) -> {
            double share = Statistics.median(shares(defects, origin));
            findings.add(procedure, "share", name, step, share);
            findings.add(procedure, "ratio", name, step, share / Statistics.median(uniform));
            if (procedure == Procedure.CONTROLLED) {
                findings.controlled("block-ratio", name, step, share / Statistics.median(withinBlocks));
                findings.controlled("p-value", name, step, probability(orientations, share));
            }
        });
    }

    private double[] shares(Tensor defects, Tensor origin) {
        double[] found = new double[Math.toIntExact(defects.size(0))];
        try (MemoryOwner scratch = MemoryOwner.open("basis")) {
            RankOneBases basis = RankOneBases.leading(backend, scratch, matrices, origin);
            for (int index = 0; index < found.length; index++) {
                found[index] = basis.shares(defects.slice(0, index, index + 1L))[0];
            }
        }
        return found;
    }

    /** Of medians as large as the one that is found, among those of bases whose orientation is random. */
    private static double probability(double[][] orientations, double share) {
        return Null.of(Arrays.stream(orientations)
                        .mapToDouble(Statistics::median)
                        .toArray())
                .probability(share);
    }

    private double[] blockSquares(Tensor defect) {
        double[] squares = new double[matrices.size()];
        for (int block = 0; block < squares.length; block++) {
            Tensor piece = matrices.get(block).piece(defect);
            squares[block] = VectorProducts.dot(backend, piece, piece);
        }
        return squares;
    }

    /** Of the norm, in the parameters of some names, biases among them. */
    private double share(Tensor defect, double square, Predicate<String> chosen) {
        double sum = 0;
        for (ParameterSpec spec : layout.specs()) {
            if (chosen.test(spec.name())) {
                long offset = layout.offset(spec.name());
                Tensor piece = defect.slice(1, offset, offset + spec.elements());
                sum += VectorProducts.dot(backend, piece, piece);
            }
        }
        return Math.sqrt(sum / square);
    }
}
