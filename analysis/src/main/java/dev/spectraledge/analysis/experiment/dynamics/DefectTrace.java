package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.gradient.CommutatorDefect;
import dev.spectraledge.analysis.gradient.MinibatchGradients;
import dev.spectraledge.analysis.gradient.SinglePrecisionDefect;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.protocol.Protocol;
import dev.spectraledge.analysis.report.EvenSample;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Band;
import dev.spectraledge.analysis.report.plot.EventMark;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * The commutator defect over training and the step from which on it counts as risen (Lifecycle §4.23, thesis §5.5). Published: D in
 * FLOAT32, which is divided by the norms of both gradients, and an onset that cannot come before the third record; with two tasks at
 * once another rule. Controlled: the same in FLOAT64, and what its rounding alone gives in FLOAT32; the two forms that do not grow
 * merely because gradients vanish; how closely D follows the gradients' norm; and whether the onset is the first record at which it
 * could be. Of several tasks at once the defect between them as well ({@link TaskDefects}). Runs without weight decay are asked as
 * well.
 */
public final class DefectTrace implements Experiment {
    static final String NAME = "commutator-defect";

    /** Pairs of tasks take many gradients: they are looked at in so many of the records at most. */
    private static final int TASK_RECORDS = 30;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Does the order of two steps begin to matter before grokking, or whenever gradients vanish?";
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
        long cadence = Cadences.published(run, NAME);
        List<String> tasks = run.config().task().objectives();
        List<Long> steps =
                run.steps().stream().filter(step -> step % cadence == 0).toList();
        Protocol protocol = run.protocol(NAME);
        int repetitions = protocol.count(Parameter.REPETITIONS);
        int controls = protocol.count(Parameter.CONTROL_REPETITIONS);
        long size = run.layout().size();
        try (MemoryOwner owner = MemoryOwner.open("defects");
                MinibatchGradients single = new MinibatchGradients(run.setup(), 0, backend, DType.FLOAT32);
                MinibatchGradients gradients = new MinibatchGradients(run.setup(), 0, backend, DType.FLOAT64)) {
            SinglePrecisionDefect published = new SinglePrecisionDefect(backend, owner, single, size);
            CommutatorDefect defect = new CommutatorDefect(backend, owner, gradients, size);
            boolean several = tasks.size() > 1;
            TaskDefects ofTasks = several ? new TaskDefects(backend, owner, tasks, gradients::of, size) : null;
            Set<Long> betweenTasks = several ? Set.copyOf(EvenSample.of(steps, TASK_RECORDS)) : Set.of();
            for (long step : steps) {
                try (MemoryOwner scratch = MemoryOwner.open("weights")) {
                    Tensor theta = run.weights(scratch, step).flat();
                    published(published, theta, step, repetitions, findings);
                    double total = controlled(defect, theta, step, controls, findings);
                    if (betweenTasks.contains(step)) {
                        ofTasks.measure(theta, step, controls, total, findings);
                    }
                }
            }
        }
        onsets(run, findings);
        findings.remark(
                "onsets and leads are filed under the step of the last snapshot; their value is the step itself");
        findings.figure(figure(run, findings));
        if (tasks.size() > 1) {
            findings.figure(TaskDefects.figure(findings));
        }
        return findings;
    }

    private static void published(
            SinglePrecisionDefect defect, Tensor theta, long step, int repetitions, Findings findings) {
        double[] defects = new double[repetitions];
        for (int repetition = 0; repetition < repetitions; repetition++) {
            long number = CommutatorDefect.firstBatch(step, repetition);
            defects[repetition] = defect.measure(theta, number, number + 1);
        }
        findings.published("defect", "median", step, Statistics.median(defects));
        findings.published("defect", "quantile-25", step, Statistics.quantile(defects, 0.25));
        findings.published("defect", "quantile-75", step, Statistics.quantile(defects, 0.75));
    }

    /** Returns the median of D. */
    private static double controlled(
            CommutatorDefect defect, Tensor theta, long step, int repetitions, Findings findings) {
        List<CommutatorDefect.Value> values = new ArrayList<>();
        for (int repetition = 0; repetition < repetitions; repetition++) {
            long number = CommutatorDefect.firstBatch(step, repetition);
            values.add(defect.measure(theta, number, number + 1));
        }
        findings.published("gradient-cosine", "median", step, median(values, CommutatorDefect.Value::cosine));
        findings.controlled("defect", "median", step, median(values, CommutatorDefect.Value::scaled));
        findings.controlled("defect-of-rounding", "median", step, median(values, CommutatorDefect.Value::rounding));
        findings.controlled("defect-curvature", "median", step, median(values, CommutatorDefect.Value::curvature));
        findings.controlled("relative-defect", "median", step, median(values, CommutatorDefect.Value::relative));
        findings.controlled("gradient-norm", "median", step, median(values, CommutatorDefect.Value::gradientNorm));
        return median(values, CommutatorDefect.Value::scaled);
    }

    private static double median(
            List<CommutatorDefect.Value> values, ToDoubleFunction<CommutatorDefect.Value> quantity) {
        return Statistics.median(values.stream().mapToDouble(quantity).toArray());
    }

    private static void onsets(StudiedRun run, Findings findings) {
        List<Measurement> records = findings.curve(Procedure.PUBLISHED, "defect", "median");
        double[] defects = values(records);
        long end = run.steps().last();
        findings.published(
                "largest-defect", "median", end, Arrays.stream(defects).max().orElseThrow());
        OnsetRule rule = OnsetRule.of(run.config().task().objectives().size());
        OptionalInt onset = rule.record(defects);
        if (onset.isPresent()) {
            long at = records.get(onset.getAsInt()).step();
            findings.published("onset-step", "defect", end, (double) at);
            if (rule == OnsetRule.TENFOLD) {
                findings.controlled(
                        "onset-is-first-admissible",
                        "defect",
                        end,
                        onset.getAsInt() == DefectOnset.FIRST_ADMISSIBLE ? 1 : 0);
            }
            OptionalLong grok = run.hasMetrics() ? run.grokStep() : OptionalLong.empty();
            if (grok.isPresent()) {
                findings.controlled("lead", "first-95", end, (double) (grok.getAsLong() - at));
            }
        }
        new DefectLeads(run, end, findings)
                .add(records.stream().mapToLong(Measurement::step).toArray(), defects);
        double[] exact = values(findings.curve(Procedure.CONTROLLED, "defect", "median"));
        findings.controlled(
                "largest-defect", "median", end, Arrays.stream(exact).max().orElseThrow());
        OptionalInt inDouble = rule.record(exact);
        if (inDouble.isPresent()) {
            findings.controlled("onset-step", "defect", end, (double)
                    records.get(inDouble.getAsInt()).step());
        }
        for (String quantity : List.of("defect-curvature", "relative-defect")) {
            OptionalInt rise = DefectOnset.tenfold(values(findings.curve(Procedure.CONTROLLED, quantity, "median")));
            if (rise.isPresent()) {
                findings.controlled("onset-step", quantity, end, (double)
                        records.get(rise.getAsInt()).step());
            }
        }
        double[] norms = values(findings.curve(Procedure.CONTROLLED, "gradient-norm", "median"));
        if (norms.length > 2) {
            findings.controlled(
                    "log-correlation",
                    "defect/inverse-gradient-norm",
                    end,
                    -PowerLaw.fit(norms, defects).correlation());
            findings.controlled(
                    "log-correlation",
                    "defect/rounding",
                    end,
                    PowerLaw.fit(values(findings.curve(Procedure.CONTROLLED, "defect-of-rounding", "median")), defects)
                            .correlation());
        }
    }

    private static double[] values(List<Measurement> curve) {
        return curve.stream().mapToDouble(Measurement::value).toArray();
    }

    private static Figure figure(StudiedRun run, Findings findings) {
        List<EventMark> marks = new ArrayList<>();
        if (run.hasMetrics()) {
            run.grokStep().ifPresent(step -> marks.add(new EventMark((double) step, "grok")));
        }
        List<Measurement> low = findings.curve(Procedure.PUBLISHED, "defect", "quantile-25");
        Band quartiles = new Band(
                "quartiles",
                low.stream().mapToDouble(Measurement::step).toArray(),
                values(low),
                values(findings.curve(Procedure.PUBLISHED, "defect", "quantile-75")),
                Palette.BLUE,
                false);
        CurveFigure accuracy = CurveFigure.plain(findings).events(marks);
        if (run.hasMetrics()) {
            accuracy.curve(
                    "test accuracy",
                    run.metrics().steps(),
                    run.metrics().require("test_accuracy"),
                    Palette.GREEN,
                    Line.Stroke.SOLID);
        }
        Axis steps = Axis.linear("step");
        return new Figure(
                "trace",
                "Commutator defect over training, its scale-free forms, and test accuracy",
                2,
                List.of(
                        CurveFigure.plain(findings)
                                .band(quartiles)
                                .solid(Procedure.PUBLISHED, "defect", "median", "published", Palette.BLUE)
                                .dashed(Procedure.CONTROLLED, "defect", "median", "in double", Palette.VERMILION)
                                .dashed(
                                        Procedure.CONTROLLED,
                                        "defect-of-rounding",
                                        "median",
                                        "rounding alone",
                                        Palette.GREY)
                                .events(marks)
                                .panel("Defect D, as published and in double", steps, Axis.log("D")),
                        CurveFigure.plain(findings)
                                .dashed(
                                        Procedure.CONTROLLED,
                                        "defect-curvature",
                                        "median",
                                        "curvature",
                                        Palette.VERMILION)
                                .dashed(Procedure.CONTROLLED, "gradient-norm", "median", "‖g‖", Palette.GREY)
                                .events(marks)
                                .panel("One gradient norm divided out, controlled", steps, Axis.log("‖δ‖/(η²‖g‖)")),
                        CurveFigure.plain(findings)
                                .dashed(Procedure.CONTROLLED, "relative-defect", "median", "median", Palette.PURPLE)
                                .events(marks)
                                .panel(
                                        "Share that depends on the order, controlled",
                                        steps,
                                        Axis.linear("‖x − y‖/(‖x‖ + ‖y‖)", 0, 1)),
                        accuracy.panel("Test accuracy", steps, Axis.linear("accuracy", 0, 1))));
    }
}
