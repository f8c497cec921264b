package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.MatrixCommutator;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.WeightMatrix;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.EventMark;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Points;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.linalg.DenseSvd;
import dev.spectraledge.trainer.model.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * How far queries' and keys' matrices of one block are from commuting, and their spectra (Lifecycle §4.19). Published: the
 * norm ‖[W_Q, W_K]‖_F over the snapshots of every 200 steps (SCAN: 500), whose peak is searched from the fourth on.
 * Controlled: the peak searched from the first one on; the norm as a share of the largest that matrices of these norms can
 * have, which does not sink when decay shrinks them, beside that of independent random matrices; and for heads, the rows of the head in both matrices rather than blocks
 * on the diagonal.
 */
public final class QueryKeyCommutator implements Experiment {
    private static final int SPECTRUM = 5;
    private static final int ROTATIONS = 3;
    private static final int ROLLING = 3;
    private static final String NAME = "matrix-commutator";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Do the query and key matrices stop commuting before grokking, or is their commutator "
                + "simply largest at the start?";
    }

    @Override
    public boolean dependsOnPhases() {
        return false;
    }

    @Override
    public boolean looksAtPhases() {
        return false;
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        Backend backend = run.backend();
        List<WeightMatrix> matrices = WeightMatrix.ofLastStack(run.layout(), 0);
        WeightMatrix query = WeightMatrix.named(matrices, WeightMatrix.QUERY);
        WeightMatrix key = WeightMatrix.named(matrices, WeightMatrix.KEY);
        try (MemoryOwner owner = MemoryOwner.open("commutators")) {
            Parameters weights = Parameters.allocate(backend, owner, DType.FLOAT64, 1, run.layout());
            DenseSvd svd = new DenseSvd(owner, DType.FLOAT64, query.rows(), query.columns());
            MatrixCommutator commutator = new MatrixCommutator(backend, owner, query.rows());
            for (long step : run.steps()) {
                run.read(step, weights);
                Tensor q = query.matrix(weights.flat());
                Tensor k = key.matrix(weights.flat());
                spectrum(svd, q, query.kind(), step, findings);
                spectrum(svd, k, key.kind(), step, findings);
                findings.published("commutator", "all", step, commutator.norm(q, k));
                findings.controlled("relative-commutator", "all", step, commutator.relative(q, k));
                heads(run, q, k, step, findings);
            }
        }
        findings.controlled(
                "relative-commutator",
                "independent-matrices",
                run.steps().last(),
                MatrixCommutator.relativeOfRandom(query.rows()));
        events(run, findings);
        components(run, List.of(query, key), findings);
        findings.remark("events are filed under the step of the last snapshot; their value is the step at which "
                + "they happen");
        findings.figure(figure(run, findings));
        findings.figure(portrait(findings));
        return findings;
    }

    private static void spectrum(DenseSvd svd, Tensor matrix, String kind, long step, Findings findings) {
        svd.decompose(matrix);
        for (int index = 0; index < SPECTRUM; index++) {
            findings.published(
                    "singular-value",
                    kind + "/" + (index + 1),
                    step,
                    svd.singularValues().getDouble(index));
        }
        findings.published("gap", kind + "/12", step, gap(svd, 0));
        findings.published("gap", kind + "/23", step, gap(svd, 1));
    }

    private static double gap(DenseSvd svd, int index) {
        return svd.singularValues().getDouble(index) - svd.singularValues().getDouble(index + 1L);
    }

    /** The published head is a block on the diagonal of both matrices; a head's part of the matrices is some of their rows. */
    private static void heads(StudiedRun run, Tensor q, Tensor k, long step, Findings findings) {
        Backend backend = run.backend();
        int heads = run.config().model().heads();
        int size = Math.toIntExact(q.size(0)) / heads;
        int order = Math.toIntExact(q.size(0));
        try (MemoryOwner scratch = MemoryOwner.open("heads")) {
            MatrixCommutator ofBlocks = new MatrixCommutator(backend, scratch, size);
            MatrixCommutator ofRows = new MatrixCommutator(backend, scratch, order);
            Tensor queryBlock = backend.allocate(scratch, DType.FLOAT64, size, size);
            Tensor keyBlock = backend.allocate(scratch, DType.FLOAT64, size, size);
            for (int head = 0; head < heads; head++) {
                long from = (long) head * size;
                long to = from + size;
                backend.copy(q.slice(0, from, to).slice(1, from, to), queryBlock);
                backend.copy(k.slice(0, from, to).slice(1, from, to), keyBlock);
                findings.published("commutator", "head-" + head, step, ofBlocks.norm(queryBlock, keyBlock));
                Tensor queryRows = rows(backend, scratch, q, from, to);
                Tensor keyRows = rows(backend, scratch, k, from, to);
                findings.controlled("commutator", "head-" + head, step, ofRows.norm(queryRows, keyRows));
                findings.controlled("relative-commutator", "head-" + head, step, ofRows.relative(queryRows, keyRows));
            }
        }
    }

    private static Tensor rows(Backend backend, MemoryOwner scratch, Tensor matrix, long from, long to) {
        Tensor result = backend.allocate(scratch, DType.FLOAT64, matrix.shape());
        backend.copy(matrix.slice(0, from, to), result.slice(0, from, to));
        return result;
    }

    private static long cadence(StudiedRun run) {
        return Cadences.published(run, NAME);
    }

    private static void events(StudiedRun run, Findings findings) {
        long cadence = cadence(run);
        List<Measurement> curve = atCadence(findings.curve(Procedure.PUBLISHED, "commutator", "all"), cadence);
        double[] commutator = values(curve);
        double[] gap12 =
                values(atCadence(findings.curve(Procedure.PUBLISHED, "gap", WeightMatrix.QUERY + "/12"), cadence));
        double[] gap23 =
                values(atCadence(findings.curve(Procedure.PUBLISHED, "gap", WeightMatrix.QUERY + "/23"), cadence));
        int last = commutator.length;
        int peak = CommutatorEvents.largest(commutator, CommutatorEvents.SKIPPED, last);
        int free = CommutatorEvents.largest(commutator, 0, last);
        long end = run.steps().last();
        event(findings, Procedure.PUBLISHED, "commutator-peak", curve, peak, end);
        event(findings, Procedure.CONTROLLED, "commutator-peak", curve, free, end);
        event(
                findings,
                Procedure.PUBLISHED,
                "gap-23-peak",
                curve,
                CommutatorEvents.largest(gap23, 0, CommutatorEvents.EARLY),
                end);
        event(
                findings,
                Procedure.PUBLISHED,
                "gap-12-maximum",
                curve,
                CommutatorEvents.largest(gap12, CommutatorEvents.SKIPPED, last),
                end);
        event(findings, Procedure.PUBLISHED, "gap-12-minimum", curve, CommutatorEvents.smallest(gap12), end);
        if (peak >= 0) {
            event(
                    findings,
                    Procedure.PUBLISHED,
                    "commutator-collapse",
                    curve,
                    CommutatorEvents.collapse(commutator, peak),
                    end);
            findings.controlled(
                    "peak-is-first-admissible", "commutator", end, peak == CommutatorEvents.SKIPPED ? 1 : 0);
            OptionalLong grok = run.hasMetrics() ? run.grokStep() : OptionalLong.empty();
            if (grok.isPresent()) {
                double grokStep = (double) grok.getAsLong();
                findings.published(
                        "lead",
                        "commutator",
                        end,
                        grokStep - (double) curve.get(peak).step());
                findings.controlled(
                        "lead",
                        "commutator",
                        end,
                        grokStep - (double) curve.get(free).step());
            }
        }
    }

    private static void event(
            Findings findings, Procedure procedure, String name, List<Measurement> curve, int index, long end) {
        if (index >= 0) {
            findings.add(new Measurement(procedure, "event-step", name, end, (double)
                    curve.get(index).step()));
        }
    }

    private static List<Measurement> atCadence(List<Measurement> curve, long cadence) {
        return curve.stream()
                .filter(measurement -> measurement.step() % cadence == 0)
                .toList();
    }

    private static double[] values(List<Measurement> curve) {
        return curve.stream().mapToDouble(Measurement::value).toArray();
    }

    /** Expanding window: principal components of the changes of both matrices up to each snapshot, and how they turn. */
    private static void components(StudiedRun run, List<WeightMatrix> matrices, Findings findings) {
        long cadence = cadence(run);
        List<Long> steps =
                run.steps().stream().filter(step -> step % cadence == 0).toList();
        if (steps.size() < 3) {
            findings.remark("too few snapshots for principal components of the changes");
            return;
        }
        double[][] gram;
        try (MemoryOwner owner = MemoryOwner.open("changes")) {
            List<MatrixTrajectory> trajectories = MatrixTrajectory.read(run, run.backend(), owner, steps, matrices);
            gram = MatrixTrajectory.stepGram(MatrixTrajectory.sum(
                    trajectories.get(0).gram(run.backend()), trajectories.get(1).gram(run.backend())));
        }
        double[][] before = null;
        for (int rows = 2; rows <= gram.length; rows++) {
            PrincipalComponents components = PrincipalComponents.centred(gram, rows);
            long step = steps.get(rows);
            for (int index = 0; index < Math.min(SPECTRUM, rows - 1); index++) {
                findings.published("component-share", "PC" + (index + 1), step, components.share(index));
            }
            int kept = Math.min(ROTATIONS, rows - 1);
            double[][] now = new double[kept][];
            for (int index = 0; index < kept; index++) {
                now[index] = components.coefficients(index);
                if (before != null && index < before.length) {
                    double overlap = PrincipalComponents.overlap(gram, now[index], before[index]);
                    findings.published(
                            "component-rotation", "PC" + (index + 1), step, Math.toDegrees(Math.acos(overlap)));
                }
            }
            before = now;
        }
    }

    private static Figure figure(StudiedRun run, Findings findings) {
        List<EventMark> marks = new ArrayList<>();
        if (run.hasMetrics()) {
            run.grokStep().ifPresent(step -> marks.add(new EventMark((double) step, "grok")));
        }
        CurveFigure heads = CurveFigure.plain(findings).events(marks);
        for (int head = 0; head < run.config().model().heads(); head++) {
            heads.dashed(Procedure.CONTROLLED, "relative-commutator", "head-" + head, "head " + head, head);
        }
        double chance = findings.curve(Procedure.CONTROLLED, "relative-commutator", "independent-matrices")
                .getFirst()
                .value();
        Axis steps = Axis.linear("step");
        Axis relative = Axis.linear("‖[A, B]‖/(√2‖A‖‖B‖)");
        return new Figure(
                "norms",
                "Commutator of queries' and keys' matrices over training, and the same whatever their norms",
                2,
                List.of(
                        CurveFigure.plain(findings)
                                .solid(Procedure.PUBLISHED, "commutator", "all", "whole matrices", Palette.BLUE)
                                .events(marks)
                                .panel("‖[W_Q, W_K]‖, as published", steps, Axis.linear("Frobenius norm")),
                        CurveFigure.plain(findings)
                                .dashed(
                                        Procedure.CONTROLLED,
                                        "relative-commutator",
                                        "all",
                                        "whole matrices",
                                        Palette.BLUE)
                                .events(marks)
                                .reference(chance, "independent random matrices")
                                .panel("Share of the largest possible, controlled", steps, relative),
                        CurveFigure.plain(findings)
                                .solid(Procedure.PUBLISHED, "gap", "W_Q/12", "σ₁ − σ₂", Palette.BLUE)
                                .solid(Procedure.PUBLISHED, "gap", "W_Q/23", "σ₂ − σ₃", Palette.VERMILION)
                                .events(marks)
                                .panel("Gaps between singular values of W_Q", steps, Axis.linear("gap")),
                        heads.panel("Heads' rows, controlled", steps, relative)));
    }

    /** Gap against commutator, each the mean of three neighbours. */
    private static Figure portrait(Findings findings) {
        List<Measurement> curve = findings.curve(Procedure.PUBLISHED, "commutator", "all");
        double[] gap = Statistics.rollingMean(values(findings.curve(Procedure.PUBLISHED, "gap", "W_Q/12")), ROLLING);
        double[] norm = Statistics.rollingMean(values(curve), ROLLING);
        Points points = new Points(
                "mean of three snapshots",
                gap,
                norm,
                curve.stream().map(point -> "step " + point.step()).toList(),
                Palette.BLUE,
                Points.Mark.DOT);
        return new Figure(
                "portrait",
                "Commutator against the gap between the first two singular values of the queries' matrix",
                1,
                List.of(new Panel(
                        "Phase portrait, as published",
                        Axis.linear("σ₁ − σ₂ of W_Q"),
                        Axis.linear("‖[W_Q, W_K]‖"),
                        List.of(),
                        List.of(),
                        List.of(points),
                        List.of(),
                        List.of(),
                        List.of(),
                        false)));
    }
}
