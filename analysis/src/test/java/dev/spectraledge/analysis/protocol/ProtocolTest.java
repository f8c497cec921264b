package dev.spectraledge.analysis.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Experiments;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtocolTest {
    private static final String HEADER = "task,experiment,parameter,value\n";

    /** What the experiments had as constants, for Dyck, SCAN and a task that the papers do not have. */
    @ParameterizedTest
    @CsvSource({
        "*,                         CADENCE,             100, 500, -",
        "*,                         ADVISED_CADENCE,     100, 100, 100",
        "matrix-commutator,         CADENCE,             200, 500, -",
        "ablation,                  CADENCE,             100, 500, -",
        "ablation,                  SEQUENCES,           300, 150, 300",
        "ablation,                  DRAWS,               20,  10,  20",
        "path-norm,                 SEQUENCES,           300, 150, 300",
        "curvature,                 SEQUENCES,           300, 50,  300",
        "perturbation,              SEQUENCES,           200, 50,  -",
        "probes,                    SEQUENCES,           300, 150, -",
        "layer-probes,              SEQUENCES,           500, 200, -",
        "composition,               SEQUENCES,           500, 200, -",
        "depth-geometry,            SEQUENCES,           500, -,   -",
        "attention,                 SEQUENCES,           200, 100, -",
        "positional-fourier,        SEQUENCES,           500, 200, -",
        "depth-basis,               SEQUENCES,           300, -,   -",
        "weight-directions,         SEQUENCES,           500, -,   -",
        "representation-over-time,  SEQUENCES,           200, -,   -",
        "representation-over-time,  ATTENTION_SEQUENCES, 100, -,   -",
        "weight-decay-intervention, SEQUENCES,           200, -,   -",
        "weight-decay-intervention, ATTENTION_SEQUENCES, 100, -,   -",
        "commutator-defect,         REPETITIONS,         5,   3,   5",
        "commutator-defect,         CONTROL_REPETITIONS, 3,   1,   3",
        "three-basis,               REPETITIONS,         9,   3,   9",
        "three-basis,               STOP_PATIENCE,       10,  5,   10",
    })
    void everyTaskHasItsNumbers(String experiment, Parameter parameter, String dyck, String scan, String other) {
        assertThat(number("dyck", experiment, parameter)).isEqualTo(dyck);
        assertThat(number("scan", experiment, parameter)).isEqualTo(scan);
        assertThat(number("modular", experiment, parameter)).isEqualTo(other);
        assertThat(number("sorting", experiment, parameter)).isEqualTo(other);
    }

    private static String number(String task, String experiment, Parameter parameter) {
        Protocol protocol = Protocol.of(task, experiment);
        return protocol.has(parameter) ? String.valueOf(protocol.number(parameter)) : "-";
    }

    @ParameterizedTest
    @CsvSource({
        "dyck, *,                         PHASES_A,       200 500 1400 3900",
        "dyck, *,                         PHASES_B,       300 600 1500 4000",
        "dyck, *,                         PHASES_NEAREST, 200 600 2000 5000",
        "scan, *,                         PHASES_A,       500 2000 4500 9500",
        "scan, *,                         PHASES_B,       1000 2500 5000 10000",
        "scan, *,                         PHASES_NEAREST, 1000 3000 5000 10000",
        "dyck, layer-probes,              CONTROL_STEPS,  0 100 200 500 1000 1500 2000 3000 5000",
        "scan, layer-probes,              STEPS,          0 1000 2000 3000 5000 10000",
        "scan, layer-probes,              CONTROL_STEPS,  0 1000 2000 3000 5000 10000",
        "dyck, composition,               STEPS,          0 200 500 1000 2000 5000",
        "scan, composition,               STEPS,          0 1000 2000 3000 5000 10000",
        "dyck, depth-geometry,            STEPS,          0 200 500 1000 2000 5000",
        "dyck, attention,                 STEPS,          0 500 1000 2000 5000",
        "scan, attention,                 STEPS,          0 2000 5000 10000",
        "dyck, positional-fourier,        STEPS,          0 200 500 1000 2000 5000",
        "scan, positional-fourier,        STEPS,          0 1000 2000 3000 5000 10000",
        "dyck, weight-decay-intervention, STEPS,          400 1000",
    })
    void everyTaskHasItsSteps(String task, String experiment, Parameter parameter, String steps) {
        assertThat(Protocol.of(task, experiment).steps(parameter).stream()
                        .map(String::valueOf)
                        .collect(Collectors.joining(" ")))
                .isEqualTo(steps);
        assertThat(Protocol.of("modular", experiment).has(parameter)).isFalse();
    }

    @Test
    void theLayersOfDyckAreProbedEveryHundredStepsUntilTheyAreSettled() {
        List<Long> steps = Protocol.of("dyck", "layer-probes").steps(Parameter.STEPS);
        assertThat(steps).hasSize(23).endsWith(3000L, 5000L);
        for (int index = 0; index <= 20; index++) {
            assertThat(steps.get(index)).isEqualTo(100L * index);
        }
    }

    @Test
    void theEarlyStopOfScanIsLessStrict() {
        assertThat(Protocol.of("dyck", "three-basis").real(Parameter.STOP_ACCURACY))
                .isEqualTo(0.99);
        assertThat(Protocol.of("modular", "three-basis").real(Parameter.STOP_ACCURACY))
                .isEqualTo(0.99);
        assertThat(Protocol.of("scan", "three-basis").real(Parameter.STOP_ACCURACY))
                .isEqualTo(0.98);
    }

    @Test
    void theGapHasTheWindowsOfTheScriptThatIsPublishedForTheTask() {
        assertThat(number("dyck", "gram-gap", Parameter.WINDOW)).isEqualTo("3");
        assertThat(number("dyck", "gram-gap", Parameter.CADENCE)).isEqualTo("200");
        assertThat(number("scan", "gram-gap", Parameter.WINDOW)).isEqualTo("5");
        assertThat(number("scan", "gram-gap", Parameter.CADENCE)).isEqualTo("500");
        assertThat(number("modular", "gram-gap", Parameter.WINDOW)).isEqualTo("10");
        assertThat(number("modular", "gram-gap", Parameter.CADENCE)).isEqualTo("100");
        assertThat(number("modular", "gram-gap", Parameter.SEVERAL_TASKS_CADENCE))
                .isEqualTo("200");
        assertThat(Protocol.of("modular", "gram-gap").word(Parameter.SCRIPT)).isEqualTo("modular");
        assertThat(Protocol.of("scan", "gram-gap").word(Parameter.SCRIPT)).isEqualTo("sequences");
    }

    @Test
    void windowsOfOtherCadencesAreLookedAtOnFewerSequencesOfDyck() {
        assertThat(number("dyck", "window-cadence", Parameter.SEQUENCES)).isEqualTo("30");
        assertThat(number("dyck", "window-cadence", Parameter.REMOVAL_SEQUENCES))
                .isEqualTo("60");
        assertThat(number("dyck", "window-cadence", Parameter.WINDOW)).isEqualTo("5");
        assertThat(number("dyck", "window-cadence", Parameter.DENSE_CADENCE)).isEqualTo("50");
        assertThat(number("modular", "window-cadence", Parameter.SEQUENCES)).isEqualTo("512");
        assertThat(number("modular", "window-cadence", Parameter.WINDOW)).isEqualTo("10");
        assertThat(number("modular", "window-cadence", Parameter.DENSE_CADENCE)).isEqualTo("-");
    }

    @Test
    void modularArithmeticIsKickedInSeveralSizes() {
        assertThat(Protocol.of("dyck", "interventions").numbers(Parameter.KICKS))
                .containsExactly(10.0);
        assertThat(Protocol.of("dyck", "interventions").numbers(Parameter.NOISES))
                .containsExactly(0.1);
        assertThat(Protocol.of("dyck", "interventions").numbers(Parameter.SUSTAINED_KICKS))
                .isEmpty();
        assertThat(Protocol.of("modular", "interventions").numbers(Parameter.KICKS))
                .containsExactly(1.0, 5.0, 10.0, 20.0);
        assertThat(Protocol.of("modular", "interventions").numbers(Parameter.NOISES))
                .containsExactly(0.01, 0.05, 0.1, 0.5);
        assertThat(Protocol.of("modular", "interventions").numbers(Parameter.SUSTAINED_KICKS))
                .containsExactly(50.0, 100.0, 200.0, 500.0);
    }

    @Test
    void depthIsAQuantityAndAnActionIsAClass() {
        assertThat(Protocol.of("dyck", "layer-probes").hasQuantitativeTarget()).isTrue();
        assertThat(Protocol.of("scan", "layer-probes").hasQuantitativeTarget()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "attention, dyck scan",
        "functional-modes, dyck scan modular",
        "positional-fourier, dyck scan",
        "layer-probes, dyck scan",
        "probes, dyck scan",
        "composition, dyck scan",
        "perturbation, dyck scan",
        "depth-basis, dyck",
        "weight-directions, dyck",
        "depth-geometry, dyck",
        "representation-over-time, dyck",
        "weight-decay-intervention, dyck",
        "window-cadence, dyck modular",
        "interventions, dyck modular",
    })
    void someExperimentsAreAskedOfSingleTasks(String experiment, String tasks) {
        assertThat(String.join(" ", Protocol.of("dyck", experiment).tasks())).isEqualTo(tasks);
    }

    @Test
    void othersAreAskedOfEveryTask() {
        for (String experiment : List.of(
                "ablation",
                "curvature",
                "gram-gap",
                "matrix-commutator",
                "path-norm",
                "three-basis",
                "commutator-defect",
                "gap-flow",
                "rotation")) {
            assertThat(Protocol.of("modular", experiment).tasks())
                    .as(experiment)
                    .isEmpty();
        }
    }

    @Test
    void everyRowIsOfAnExperimentThatExists() {
        List<String> known = Experiments.all().stream().map(Experiment::name).toList();
        assertThat(ProtocolTable.PUBLISHED.keys())
                .allSatisfy(key -> assertThat(key.experiment())
                        .matches(name -> name.equals(ProtocolTable.ANY) || known.contains(name)));
    }

    @Test
    void aNewTaskNeedsOnlyItsRows() {
        ProtocolTable table = ProtocolTable.parse(HEADER + """
            # a comment
            *,probes,sequences,300
            dyck,*,sequences,7
            sorting,probes,sequences,80
            """);
        assertThat(new Protocol(table, "sorting", "probes").count(Parameter.SEQUENCES))
                .isEqualTo(80);
        assertThat(new Protocol(table, "dyck", "probes").count(Parameter.SEQUENCES))
                .isEqualTo(300);
        assertThat(new Protocol(table, "dyck", "other").count(Parameter.SEQUENCES))
                .isEqualTo(7);
        assertThatThrownBy(() -> new Protocol(table, "modular", "other").count(Parameter.SEQUENCES))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the protocol has no sequences of other for task modular");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dyck,probes,sequences | has 3 cells",
                "dyck,probes,sequence,3 | has an unknown parameter",
                "dyck,probes,sequences,many | has a value that sequences cannot have",
                "dyck,*,phases-a,1 2 3 | has a value that phases-a cannot have",
                "dyck,probes,window,3 | chooses again what another line has chosen",
            })
    void aRowThatIsWrongIsNamed(String row, String reason) {
        assertThatThrownBy(() -> ProtocolTable.parse(HEADER + "dyck,probes,window,5\n" + row))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + row + "' " + reason);
    }

    @Test
    void everyParameterIsUsed() {
        assertThat(ProtocolTable.PUBLISHED.keys().stream().map(ProtocolTable.Key::parameter))
                .contains(Parameter.values());
    }
}
