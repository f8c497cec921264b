package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.gradient.CommutatorDefect;
import dev.spectraledge.analysis.gradient.GradientSource;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;

/**
 * The defect between tasks that a run learns at once: one batch with the loss of one task, the other with that of another (thesis
 * §5.8). Beside it the defect of each task with itself (ours): where tasks are nothing apart, the curvature between two of them is
 * the geometric mean of their own. All in FLOAT64.
 */
final class TaskDefects {
    private final List<String> tasks;
    private final IntFunction<GradientSource> losses;
    private final CommutatorDefect defect;
    private int taskOfFirst;
    private int taskOfSecond;

    /**
     * At points of {@code size} parameters.
     *
     * @param tasks their names
     * @param losses gradients of each task's loss alone
     */
    TaskDefects(Backend backend, MemoryOwner owner, List<String> tasks, IntFunction<GradientSource> losses, long size) {
        this.tasks = tasks;
        this.losses = losses;
        defect = new CommutatorDefect(backend, owner, this::gradient, size);
    }

    /** Of a pair of batches the first has an even number. */
    private void gradient(long number, Tensor at, Tensor gradient) {
        losses.apply(number % 2 == 0 ? taskOfFirst : taskOfSecond).gradient(number, at, gradient);
    }

    /**
     * Measures all pairs of tasks.
     *
     * @param total D of the sum of all losses, which the published figure divides by
     */
    void measure(Tensor theta, long step, int repetitions, double total, Findings findings) {
        double[] own = new double[tasks.size()];
        for (int task = 0; task < tasks.size(); task++) {
            own[task] = median(pair(theta, step, repetitions, task, task, findings), CommutatorDefect.Value::curvature);
        }
        for (int task = 0; task < tasks.size(); task++) {
            for (int other = task + 1; other < tasks.size(); other++) {
                List<CommutatorDefect.Value> values = pair(theta, step, repetitions, task, other, findings);
                String item = item(task, other);
                findings.published(
                        "defect-over-total", item, step, median(values, CommutatorDefect.Value::scaled) / total);
                findings.controlled(
                        "defect-over-own",
                        item,
                        step,
                        median(values, CommutatorDefect.Value::curvature) / Math.sqrt(own[task] * own[other]));
            }
        }
    }

    private List<CommutatorDefect.Value> pair(
            Tensor theta, long step, int repetitions, int task, int other, Findings findings) {
        taskOfFirst = task;
        taskOfSecond = other;
        List<CommutatorDefect.Value> values = new ArrayList<>();
        for (int repetition = 0; repetition < repetitions; repetition++) {
            long number = CommutatorDefect.firstBatch(step, repetition);
            values.add(defect.measure(theta, number, number + 1));
        }
        String item = item(task, other);
        findings.published("gradient-cosine", item, step, median(values, CommutatorDefect.Value::cosine));
        findings.controlled("defect", item, step, median(values, CommutatorDefect.Value::scaled));
        findings.controlled("defect-curvature", item, step, median(values, CommutatorDefect.Value::curvature));
        findings.controlled("relative-defect", item, step, median(values, CommutatorDefect.Value::relative));
        findings.controlled("gradient-norm", item, step, median(values, CommutatorDefect.Value::gradientNorm));
        return values;
    }

    /** What was measured of all pairs over the steps. */
    static Figure figure(Findings findings) {
        Axis steps = Axis.linear("step");
        return new Figure(
                "tasks",
                "Commutator defect between tasks over training",
                2,
                List.of(
                        curves(findings, Procedure.PUBLISHED, "defect-over-total")
                                .panel("Over that of the sum of the losses", steps, Axis.log("D/D of all")),
                        curves(findings, Procedure.PUBLISHED, "gradient-cosine")
                                .panel("Cosine of the two gradients", steps, Axis.linear("cosine", -1, 1)),
                        curves(findings, Procedure.CONTROLLED, "defect-over-own")
                                .reference(1, "")
                                .panel("Over those of the tasks themselves", steps, Axis.log("ratio of curvatures")),
                        curves(findings, Procedure.CONTROLLED, "relative-defect")
                                .panel(
                                        "Share that depends on the order",
                                        steps,
                                        Axis.linear("‖x − y‖/(‖x‖ + ‖y‖)", 0, 1))));
    }

    private static CurveFigure curves(Findings findings, Procedure procedure, String quantity) {
        CurveFigure curves = CurveFigure.plain(findings);
        int colour = 0;
        for (String item : findings.items(procedure, quantity)) {
            if (item.contains("-")) {
                curves.solid(procedure, quantity, item, item, colour++);
            }
        }
        return curves;
    }

    private String item(int task, int other) {
        return tasks.get(task) + "-" + tasks.get(other);
    }

    private static double median(
            List<CommutatorDefect.Value> values, ToDoubleFunction<CommutatorDefect.Value> quantity) {
        return Statistics.median(values.stream().mapToDouble(quantity).toArray());
    }
}
