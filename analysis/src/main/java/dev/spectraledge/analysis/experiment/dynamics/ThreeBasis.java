package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.VectorProducts;
import dev.spectraledge.analysis.gradient.CommutatorDefect;
import dev.spectraledge.analysis.gradient.MinibatchGradients;
import dev.spectraledge.analysis.gradient.SinglePrecisionDefect;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;

/**
 * Whether the commutator defect δ lies where the weights, their displacement and their gradients are large (Lifecycle §4.24):
 * ‖BBᵀδ‖/‖δ‖ of three bases of rank-one terms against random subspaces of as many dimensions. Published: δ in FLOAT32, which is
 * mostly rounding for much of the training (see {@link SinglePrecisionDefect}), and random subspaces of all parameters.
 * Controlled: δ in FLOAT64; against vectors that have only the norms of δ's blocks, as a basis that lives in the weight matrices
 * gains from every δ that does so too; against rank-one terms whose vectors are random, which leave δ its blocks and its
 * singular values; gradients of other batches than those of the training; and how much of the published δ is δ.
 */
public final class ThreeBasis implements Experiment {
    static final String NAME = "three-basis";
    static final String WEIGHTS = "weights";
    static final String DISPLACEMENT = "displacement";
    static final String GRADIENTS = "gradients";
    static final String TRAJECTORY = "trajectory";
    static final List<String> BASES = List.of(WEIGHTS, DISPLACEMENT, GRADIENTS);

    /** Batches of one checkpoint: those of the defects, then those of the gradients. */
    private static final long BATCHES = 100;

    private static final long FIRST_GRADIENT = 40;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Do steps fail to commute along weights and gradients more than the norms of the blocks explain?";
    }

    /** The published checkpoints are shares of the run; those of the phases are looked at besides. */
    @Override
    public boolean dependsOnPhases() {
        return false;
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        Backend backend = run.backend();
        List<Long> published = PublishedCheckpoints.of(run);
        TreeSet<Long> steps = new TreeSet<>(published);
        steps.addAll(phases.within(run.steps()).steps(PhaseTable.NEAREST));
        steps.remove(run.steps().first());
        int count = run.protocol(NAME).count(Parameter.REPETITIONS);
        long size = run.layout().size();
        try (MemoryOwner owner = MemoryOwner.open("three bases");
                MinibatchGradients single = new MinibatchGradients(run.setup(), 0, backend, DType.FLOAT32);
                MinibatchGradients gradients = new MinibatchGradients(run.setup(), 0, backend, DType.FLOAT64)) {
            SinglePrecisionDefect inSingle = new SinglePrecisionDefect(backend, owner, single, size);
            CommutatorDefect inDouble = new CommutatorDefect(backend, owner, gradients, size);
            Tensor defects = backend.allocate(owner, DType.FLOAT64, count, size);
            Tensor exact = backend.allocate(owner, DType.FLOAT64, count, size);
            Tensor first = run.weights(owner, run.steps().first()).flat();
            DefectAlignment alignment =
                    new DefectAlignment(backend, owner, run, BlockBasis.ofTrajectory(run, backend, owner));
            for (long step : steps) {
                try (MemoryOwner scratch = MemoryOwner.open("bases")) {
                    Tensor theta = run.weights(scratch, step).flat();
                    double[] overlaps = new double[count];
                    for (int index = 0; index < count; index++) {
                        long batch = step * BATCHES + 2L * index;
                        inSingle.measure(theta, batch, batch + 1);
                        inDouble.measure(theta, batch, batch + 1);
                        backend.copy(inSingle.vector(), defects.slice(0, index, index + 1L));
                        backend.copy(inDouble.vector(), exact.slice(0, index, index + 1L));
                        overlaps[index] = VectorProducts.cosine(
                                backend, defects.slice(0, index, index + 1L), exact.slice(0, index, index + 1L));
                    }
                    findings.controlled("precision-overlap", "median", step, Statistics.median(overlaps));
                    Map<String, Tensor> origins = new LinkedHashMap<>();
                    origins.put(WEIGHTS, theta);
                    origins.put(DISPLACEMENT, backend.allocate(scratch, DType.FLOAT64, 1, size));
                    backend.subtract(theta, first, origins.get(DISPLACEMENT));
                    Tensor sum = backend.allocate(scratch, DType.FLOAT64, 1, size);
                    origins.put(GRADIENTS, sum);
                    otherGradients(backend, gradients, theta, step, sum);
                    alignment.measure(Procedure.CONTROLLED, step, exact, origins, findings);
                    if (published.contains(step)) {
                        trainingGradients(run, step, sum, findings);
                        alignment.measure(Procedure.PUBLISHED, step, defects, origins, findings);
                    }
                }
            }
        }
        findings.figure(ThreeBasisFigure.of(findings));
        return findings;
    }

    /** Of batches that are drawn anew, all at the snapshot's weights. */
    private static void otherGradients(
            Backend backend, MinibatchGradients gradients, Tensor theta, long step, Tensor sum) {
        try (MemoryOwner scratch = MemoryOwner.open("gradient")) {
            Tensor gradient = backend.allocate(scratch, DType.FLOAT64, sum.shape());
            backend.fill(sum, 0);
            for (long index = 0; index < TrainingGradients.WINDOW; index++) {
                gradients.gradient(step * BATCHES + FIRST_GRADIENT + index, theta, gradient);
                backend.axpy(1, gradient, sum);
            }
        }
    }

    /** Those of the steps before the snapshot where they can be had; otherwise the others stay. */
    private static void trainingGradients(StudiedRun run, long step, Tensor sum, Findings findings) {
        OptionalLong start = TrainingGradients.start(run, step);
        if (start.isPresent()) {
            TrainingGradients.sum(run, start.getAsLong(), step, sum);
        } else {
            findings.remark("the last " + TrainingGradients.WINDOW + " gradients before step " + step
                    + " are not available (no optimiser state shortly before it, or recorded batches), so the "
                    + "published basis of gradients uses as many other batches at the snapshot's weights");
        }
    }
}
