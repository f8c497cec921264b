package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.gradient.GradientSource;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.cpu.CpuBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** On losses ½θᵀHθ, of which a batch of a task has its own H. */
class TaskDefectsTest {
    private static final List<String> TASKS = List.of("add", "mul");

    private final MemoryOwner owner = MemoryOwner.open("task defects test");
    private final Backend backend = new CpuBackend();

    @AfterEach
    void close() {
        owner.close();
    }

    private Tensor point(double... values) {
        Tensor point = backend.allocate(owner, DType.FLOAT64, 1, values.length);
        for (int i = 0; i < values.length; i++) {
            point.set(values[i], 0, i);
        }
        return point;
    }

    private static GradientSource quadratic(IntFunction<double[][]> hessians) {
        return (number, at, gradient) -> {
            double[][] hessian = hessians.apply((int) number);
            for (int row = 0; row < hessian.length; row++) {
                double sum = 0;
                for (int column = 0; column < hessian.length; column++) {
                    sum += hessian[row][column] * at.get(0, column);
                }
                gradient.set(sum, 0, row);
            }
        };
    }

    /** Of task 0 the batches' H is diag(1, 0), of task 1 it exchanges the axes: neither has a defect with itself. */
    @Test
    void tasksWhoseStepsDoNotCommuteHaveADefectBetweenThemAlone() {
        TaskDefects defects = new TaskDefects(
                backend,
                owner,
                TASKS,
                task -> quadratic(number ->
                        task == 0 ? new double[][] {{1, 0}, {0, 0}} : new double[][] {{0, 1}, {1, 0}}),
                2);
        Findings findings = new Findings();
        defects.measure(point(3, 4), 100, 3, 0.5, findings);
        assertThat(findings.value(Procedure.CONTROLLED, "defect", "add-add", 100)
                        .orElseThrow())
                .isLessThan(1e-9);
        assertThat(findings.value(Procedure.CONTROLLED, "defect", "mul-mul", 100)
                        .orElseThrow())
                .isLessThan(1e-9);
        // ‖(H_A H_B − H_B H_A)θ‖ = 5, ‖g_A‖ = 3, ‖g_B‖ = 5; the guard of D adds 10⁻¹² to 1.5·10⁻⁵.
        assertThat(findings.value(Procedure.CONTROLLED, "defect", "add-mul", 100)
                        .orElseThrow())
                .isCloseTo(1.0 / 3, within(1e-6));
        assertThat(findings.value(Procedure.PUBLISHED, "defect-over-total", "add-mul", 100)
                        .orElseThrow())
                .isCloseTo(2.0 / 3, within(2e-6));
        assertThat(findings.value(Procedure.PUBLISHED, "gradient-cosine", "add-mul", 100)
                        .orElseThrow())
                .isCloseTo(0.8, within(1e-9));
        assertThat(findings.value(Procedure.CONTROLLED, "relative-defect", "add-mul", 100)
                        .orElseThrow())
                .isCloseTo(5.0 / 7, within(1e-9));
    }

    /** Where batches of both tasks are drawn from one lot, nothing but chance is between them. */
    @Test
    void tasksThatAreNothingApartHaveTheCurvatureOfTheirOwnBetweenThem() {
        int size = 8;
        Random random = new Random(3);
        List<double[][]> lot = new ArrayList<>();
        for (int index = 0; index < 400; index++) {
            double[][] hessian = new double[size][size];
            for (int row = 0; row < size; row++) {
                for (int column = 0; column <= row; column++) {
                    hessian[row][column] = random.nextGaussian();
                    hessian[column][row] = hessian[row][column];
                }
            }
            lot.add(hessian);
        }
        TaskDefects defects = new TaskDefects(
                backend,
                owner,
                TASKS,
                task -> quadratic(number -> lot.get((7 * number + 13 * task) % lot.size())),
                size);
        Findings findings = new Findings();
        Tensor point = point(1, -1, 2, 0.5, -2, 1, 0.3, -0.7);
        double sum = 0;
        int steps = 20;
        for (int step = 0; step < steps; step++) {
            defects.measure(point, step, 5, 1, findings);
            sum += Math.log(findings.value(Procedure.CONTROLLED, "defect-over-own", "add-mul", step)
                    .orElseThrow());
        }
        // Logarithms of medians of five scatter by less than 0.3 each, so those of a ratio of three of them by less
        // than 0.4.
        assertThat(sum / steps).isCloseTo(0, within(4 * 0.4 / Math.sqrt(steps)));
    }
}
