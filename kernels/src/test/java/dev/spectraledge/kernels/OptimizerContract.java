package dev.spectraledge.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** AdamW, Adam and SGD against plain implementations of their definitions, over many steps, and their exact parts. */
interface OptimizerContract extends ContractPart {
    int PARAMETERS = 259;
    int STEPS = 100;
    double ADAM_EPSILON = 1e-8;
    double BETA1 = 0.9;
    double BETA2 = 0.98;
    double MOMENTUM = 0.9;

    /** How one kind of optimiser changes one parameter. */
    interface Rule {
        /** Returns the new parameter; {@code state} holds numbers that the rule keeps, the last being its decay part. */
        double step(double parameter, double gradient, double[] state, Schedule schedule, int step);
    }

    int DECAY_PART = 3;

    /** An optimiser of the backend, and which vectors it needs. */
    record Kernel(BiConsumer<Backend, OptimizerArguments> step, int moments) {
        static final Kernel ADAM_W = new Kernel(Backend::adamW, 2);
        static final Kernel ADAM = new Kernel(Backend::adam, 3);
        static final Kernel SGD = new Kernel((backend, arguments) -> backend.sgd(arguments, false), 0);
        static final Kernel MOMENTUM = new Kernel((backend, arguments) -> backend.sgd(arguments, false), 1);
        static final Kernel NESTEROV = new Kernel((backend, arguments) -> backend.sgd(arguments, true), 1);
    }

    /** Settings that differ from run to run. */
    record Schedule(double learningRate, double weightDecay, double gradientScale) {
        static Schedule of(int run) {
            return new Schedule(1e-2 / (1 + run), run == 1 ? 0 : 0.5 * (1 + run), 1 - 0.25 * run);
        }
    }

    /** torch.optim.AdamW, one parameter: multiplicative decay first, then the bias-corrected step. */
    private static double adamW(double parameter, double gradient, double[] state, Schedule schedule, int step) {
        state[0] += (gradient - state[0]) * (1 - BETA1);
        state[1] = state[1] * BETA2 + gradient * gradient * (1 - BETA2);
        double decayed = decayed(parameter, state, schedule);
        double stepSize = schedule.learningRate() / (1 - Math.pow(BETA1, step));
        return decayed - stepSize * state[0] / (Math.sqrt(state[1] / (1 - Math.pow(BETA2, step))) + ADAM_EPSILON);
    }

    /** torch.optim.Adam, one parameter, and what is left of its update without the part of the decay in m. */
    private static double adam(double parameter, double gradient, double[] state, Schedule schedule, int step) {
        double decay = schedule.weightDecay() * parameter;
        double coupled = gradient + decay;
        state[0] += (coupled - state[0]) * (1 - BETA1);
        state[1] = state[1] * BETA2 + coupled * coupled * (1 - BETA2);
        state[2] += (decay - state[2]) * (1 - BETA1);
        double stepSize = schedule.learningRate() / (1 - Math.pow(BETA1, step));
        double denominator = Math.sqrt(state[1] / (1 - Math.pow(BETA2, step))) + ADAM_EPSILON;
        state[DECAY_PART] = -stepSize * state[2] / denominator;
        return parameter - stepSize * state[0] / denominator;
    }

    private static double decayed(double parameter, double[] state, Schedule schedule) {
        state[DECAY_PART] = -schedule.learningRate() * schedule.weightDecay() * parameter;
        return parameter * (1 - schedule.learningRate() * schedule.weightDecay());
    }

    private static double plain(double parameter, double gradient, double[] state, Schedule schedule, int step) {
        return decayed(parameter, state, schedule) - schedule.learningRate() * gradient;
    }

    private static double momentum(double parameter, double gradient, double[] state, Schedule schedule, int step) {
        state[0] = MOMENTUM * state[0] + gradient;
        return plain(parameter, state[0], state, schedule, step);
    }

    private static double nesterov(double parameter, double gradient, double[] state, Schedule schedule, int step) {
        state[0] = MOMENTUM * state[0] + gradient;
        return plain(parameter, gradient + MOMENTUM * state[0], state, schedule, step);
    }

    @Test
    @Tag(EXCHANGE)
    default void adamWFollowsItsDefinition() {
        follows("adamW", OptimizerContract::adamW, Kernel.ADAM_W, true);
        follows("adamW without parts", OptimizerContract::adamW, Kernel.ADAM_W, false);
    }

    @Test
    @Tag(EXCHANGE)
    default void adamFollowsItsDefinition() {
        follows("adam", OptimizerContract::adam, Kernel.ADAM, true);
        follows("adam without parts", OptimizerContract::adam, Kernel.ADAM, false);
    }

    @Test
    default void sgdFollowsItsDefinition() {
        follows("sgd", OptimizerContract::plain, Kernel.SGD, true);
        follows("sgd with momentum", OptimizerContract::momentum, Kernel.MOMENTUM, true);
        follows("sgd with Nesterov", OptimizerContract::nesterov, Kernel.NESTEROV, true);
        follows("sgd without parts", OptimizerContract::momentum, Kernel.MOMENTUM, false);
    }

    private void follows(String name, Rule rule, Kernel kernel, boolean parts) {
        for (Setting setting : Setting.all()) {
            try (Operands operands = operands(setting)) {
                Tensor parameters = operands.accumulator(1, PARAMETERS);
                Tensor gradient = operands.accumulator(0, PARAMETERS);
                OptimizerArguments arguments = new OptimizerArguments(
                        parameters,
                        gradient,
                        kernel.moments() > 0 ? operands.accumulator(0, PARAMETERS) : null,
                        kernel.moments() > 1 ? operands.accumulator(0, PARAMETERS) : null,
                        kernel.moments() > 2 ? operands.accumulator(0, PARAMETERS) : null,
                        parts ? operands.accumulator(0, PARAMETERS) : null,
                        parts ? operands.accumulator(0, PARAMETERS) : null,
                        hyperparameters(operands));
                double[] start = HostTensors.read(parameters);
                double[] expected = start.clone();
                double[][] state = new double[expected.length][DECAY_PART + 1];
                double[] decay = new double[expected.length];
                for (int step = 1; step <= STEPS; step++) {
                    int now = step;
                    HostTensors.write(gradient, i -> Math.sin(i + 0.1 * now * (1 + i % 3)));
                    double[] gradients = HostTensors.read(gradient);
                    for (int run = 0; run < operands.runs(); run++) {
                        arguments.hyperparameters().set(step, run, OptimizerArguments.STEP);
                    }
                    for (int i = 0; i < expected.length; i++) {
                        Schedule schedule = Schedule.of(i / PARAMETERS);
                        expected[i] = rule.step(
                                expected[i], schedule.gradientScale() * gradients[i], state[i], schedule, step);
                        decay[i] += state[i][DECAY_PART];
                    }
                    kernel.step().accept(backend(), arguments);
                }
                double bound = Tolerances.optimizer(epsilon(), STEPS, largest(start) + largest(expected));
                assertClose(name + " parameters", parameters, expected, bound);
                if (parts) {
                    double[] moved = HostTensors.read(arguments.gradientPart());
                    double[] decayed = HostTensors.read(arguments.decayPart());
                    double[] sum = new double[expected.length];
                    for (int i = 0; i < sum.length; i++) {
                        sum[i] = start[i] + moved[i] + decayed[i];
                    }
                    assertClose(name + " parameters, from the parts", parameters, sum, bound);
                    assertClose(name + " decay part", arguments.decayPart(), decay, bound);
                }
                operands.assertNothingElseWritten();
            }
        }
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).map(Math::abs).max().orElseThrow();
    }

    private void assertClose(String name, Tensor tensor, double[] expected, double bound) {
        double[] actual = HostTensors.read(tensor);
        double largest = 0;
        for (int i = 0; i < expected.length; i++) {
            double error = Math.abs(actual[i] - expected[i]);
            assertThat(error).as("%s[%d]", name, i).isLessThanOrEqualTo(bound);
            largest = Math.max(largest, error);
        }
        Tolerances.recordUse(backend().name() + " " + type() + " " + name, largest / bound);
    }

    private static Tensor hyperparameters(Operands operands) {
        Tensor table = operands.doubles(i -> 0, operands.runs(), OptimizerArguments.HYPERPARAMETERS);
        for (int run = 0; run < operands.runs(); run++) {
            Schedule schedule = Schedule.of(run);
            table.set(schedule.learningRate(), run, OptimizerArguments.LEARNING_RATE);
            table.set(schedule.weightDecay(), run, OptimizerArguments.WEIGHT_DECAY);
            table.set(BETA1, run, OptimizerArguments.BETA1);
            table.set(BETA2, run, OptimizerArguments.BETA2);
            table.set(ADAM_EPSILON, run, OptimizerArguments.EPSILON);
            table.set(schedule.gradientScale(), run, OptimizerArguments.GRADIENT_SCALE);
            table.set(1, run, OptimizerArguments.ACTIVE);
        }
        return table;
    }

    @Test
    default void partsAreAddedToWhatIsThere() {
        parity("adamW parts", (backend, operands) -> {
            Tensor parameters = operands.accumulator(1, PARAMETERS);
            Tensor gradient = operands.parameter(1, PARAMETERS);
            OptimizerArguments arguments = new OptimizerArguments(
                    parameters,
                    gradient,
                    operands.accumulator(1, PARAMETERS),
                    operands.accumulator(i -> 1 + i % 3, PARAMETERS),
                    operands.accumulator(1, PARAMETERS),
                    operands.accumulator(1, PARAMETERS),
                    hyperparameters(operands));
            for (int run = 0; run < operands.runs(); run++) {
                arguments.hyperparameters().set(3, run, OptimizerArguments.STEP);
            }
            backend.adamW(arguments);
            double bound = Tolerances.optimizer(operands.epsilon(), 1, 8);
            operands.output("parameters", parameters, bound);
            operands.output("firstMoment", arguments.firstMoment(), bound);
            operands.output("secondMoment", arguments.secondMoment(), 2 * bound);
            operands.output("gradientPart", arguments.gradientPart(), bound);
            operands.output("decayPart", arguments.decayPart(), bound);
        });
    }

    @Test
    default void aZeroGradientWithoutDecayChangesNothing() {
        try (Operands operands = operands(Setting.plain())) {
            Tensor parameters = operands.accumulator(1, PARAMETERS);
            double[] before = HostTensors.read(parameters);
            Tensor table = hyperparameters(operands);
            table.set(0, 0, OptimizerArguments.WEIGHT_DECAY);
            table.set(1, 0, OptimizerArguments.STEP);
            backend()
                    .adamW(new OptimizerArguments(
                            parameters,
                            operands.parameter(0, PARAMETERS),
                            operands.accumulator(0, PARAMETERS),
                            operands.accumulator(0, PARAMETERS),
                            null,
                            null,
                            table));

            assertThat(HostTensors.read(parameters)).isEqualTo(before);
        }
    }

    @Test
    default void runsThatAreNotActiveStayAsTheyAre() {
        try (Operands operands = operands(Setting.all().getLast())) {
            OptimizerArguments arguments = new OptimizerArguments(
                    operands.accumulator(1, PARAMETERS),
                    operands.parameter(1, PARAMETERS),
                    operands.accumulator(1, PARAMETERS),
                    operands.accumulator(i -> 1, PARAMETERS),
                    operands.accumulator(1, PARAMETERS),
                    operands.accumulator(1, PARAMETERS),
                    operands.accumulator(1, PARAMETERS),
                    hyperparameters(operands));
            int frozen = operands.runs() - 1;
            for (int run = 0; run < operands.runs(); run++) {
                arguments.hyperparameters().set(1, run, OptimizerArguments.STEP);
            }
            arguments.hyperparameters().set(0, frozen, OptimizerArguments.ACTIVE);
            List<Tensor> written = List.of(
                    arguments.parameters(),
                    arguments.firstMoment(),
                    arguments.secondMoment(),
                    arguments.decayMoment(),
                    arguments.gradientPart(),
                    arguments.decayPart());
            List<double[]> before = written.stream()
                    .map(tensor -> HostTensors.read(tensor.at(frozen)))
                    .toList();
            double[] active = HostTensors.read(arguments.parameters().at(0));
            backend().adamW(arguments);
            backend().adam(arguments);
            backend().sgd(arguments, true);

            for (int i = 0; i < written.size(); i++) {
                assertThat(HostTensors.read(written.get(i).at(frozen))).isEqualTo(before.get(i));
            }
            assertThat(HostTensors.read(arguments.parameters().at(0))).isNotEqualTo(active);
        }
    }

    @Test
    default void aStepBeginsWithItsScheduleAndItsClipping() {
        try (Operands operands = operands(Setting.plain())) {
            double infinity = Double.POSITIVE_INFINITY;
            double[] squares = {16, 16, 0, 16, 4, Double.NaN, infinity};
            double[] maximumNorms = {1, infinity, 1, 1, 1, 1, 1};
            int dampened = 3;
            int inactive = 4;
            Tensor table = operands.doubles(i -> -1, squares.length, OptimizerArguments.HYPERPARAMETERS);
            for (int run = 0; run < squares.length; run++) {
                table.set(maximumNorms[run], run, OptimizerArguments.MAXIMUM_NORM);
                table.set(7, run, OptimizerArguments.STEP);
                table.set(run == dampened ? 0.75 : 0, run, OptimizerArguments.DAMPENING);
                table.set(run == inactive ? 0 : 1, run, OptimizerArguments.ACTIVE);
            }
            Tensor scheduled = operands.doubles(i -> 0, squares.length, OptimizerArguments.SCHEDULED);
            for (int run = 0; run < squares.length; run++) {
                scheduled.set(8, run, OptimizerArguments.SCHEDULED_STEP);
                scheduled.set(0.5 + run, run, OptimizerArguments.SCHEDULED_LEARNING_RATE);
                scheduled.set(0.25 * run, run, OptimizerArguments.SCHEDULED_WEIGHT_DECAY);
            }
            backend().beginOptimizerStep(operands.doubles(i -> squares[i], squares.length), scheduled, table);

            double[] scales = {1 / (4 + 1e-6), 1, 1, 0.25 / (4 + 1e-6), -1, -1, -1};
            for (int run = 0; run < squares.length; run++) {
                boolean trains = run < inactive;
                assertThat(Math.abs(table.get(run, OptimizerArguments.GRADIENT_SCALE) - scales[run]))
                        .isLessThanOrEqualTo(Tolerances.elementwise(Tolerances.epsilon(DType.FLOAT64), 1));
                assertThat(table.get(run, OptimizerArguments.STEP)).isEqualTo(trains ? 8 : 7);
                assertThat(table.get(run, OptimizerArguments.LEARNING_RATE)).isEqualTo(trains ? 0.5 + run : -1);
                assertThat(table.get(run, OptimizerArguments.WEIGHT_DECAY)).isEqualTo(trains ? 0.25 * run : -1);
                assertThat(table.get(run, OptimizerArguments.ACTIVE)).isEqualTo(trains ? 1 : 0);
                assertThat(table.get(run, OptimizerArguments.BETA1)).isEqualTo(-1);
                assertThat(table.get(run, OptimizerArguments.MAXIMUM_NORM)).isEqualTo(maximumNorms[run]);
            }
        }
    }
}
