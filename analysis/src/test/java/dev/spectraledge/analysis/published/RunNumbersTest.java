package dev.spectraledge.analysis.published;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.spectrum.WindowDiagnostics;
import dev.spectraledge.trainer.RunException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunNumbersTest {
    private static final Map<String, String> DYCK = Map.of("task.name", "dyck", "training.weightDecay", "1");
    private static final int WINDOW = 5;

    private static List<RunNumber> of(Map<String, String> settings) {
        return RunNumbers.of(key -> Optional.ofNullable(settings.get(key)));
    }

    private static Map<String, String> modular(String operation) {
        Map<String, String> settings = new HashMap<>(Map.of(
                "task.name", "modular",
                "task.operation", operation,
                "task.prime", "97",
                "task.trainFraction", "0.5",
                "model.layers", "2",
                "model.width", "128",
                "training.batchSize", "512",
                "training.learningRate", "0.001",
                "training.beta2", "0.98",
                "training.weightDecay", "1.0"));
        settings.put("evaluation.every", "100");
        return settings;
    }

    /** The 64 lines of the two tables that run reports once had of their own, but for the parameters that several runs share. */
    @Test
    void runReportsAndThePapersPageReadTheSameNumbers() {
        assertThat(of(DYCK)).hasSize(36);
        assertThat(of(Map.of("task.name", "dyck", "training.weightDecay", "0.0")))
                .hasSize(16);
        assertThat(of(Map.of("task.name", "dyck", "training.weightDecay", "0.5")))
                .isEmpty();
        assertThat(find(of(DYCK), "run", "mean rotation_2").publishedTolerance())
                .contains(new Tolerance(
                        36.7,
                        46.7,
                        find(of(DYCK), "run", "mean rotation_2")
                                .publishedTolerance()
                                .orElseThrow()
                                .source()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"add", "sub", "mul", "x2_y2"})
    void operationsThatGrokHaveTheirSteps(String operation) {
        assertThat(of(modular(operation)))
                .extracting(RunNumber::column)
                .containsExactlyInAnyOrder("accuracy95_step", "accuracy98_step", "parameters");
        Map<String, String> other = modular(operation);
        other.put("training.weightDecay", "0.5");
        assertThat(of(other)).isEmpty();
    }

    @Test
    void operationsThatNeverGrokHaveNone() {
        assertThat(of(modular("x3_xy"))).isEmpty();
        assertThat(of(modular("add+mul"))).isEmpty();
    }

    /** A typo in a phase, a column or a subject shows a number to nobody. */
    @Test
    void everyNumberIsOfAColumnThatRunsHave() {
        List<String> ofWindows = WindowDiagnostics.columns(WINDOW);
        List<String> ofRuns = Stream.concat(
                        Stream.of("parameters", "accuracy95_step", "accuracy98_step", "mode k_star_weighted"),
                        ofWindows.stream().map(column -> "mean " + column))
                .toList();
        assertThat(RunNumbers.all()).isNotEmpty().allSatisfy(number -> {
            assertThat(RunNumbers.subjects()).contains(number.quotation().subject());
            assertThat(number.phase()).isIn("run", "pre-grok", "at-grok", "late");
            assertThat(number.isOfWindow() ? ofWindows : ofRuns).contains(number.column());
            assertThat(number.step().isPresent()).isEqualTo(number.isOfWindow());
        });
    }

    @Test
    void aPhaseOfASubjectIsOneStepAndAColumnStandsThereOnce() {
        Map<String, Long> steps = new TreeMap<>();
        assertThat(RunNumbers.all())
                .allSatisfy(number -> number.step()
                        .ifPresent(step -> assertThat(steps.merge(
                                        number.quotation().subject() + " " + number.phase(),
                                        step,
                                        (first, other) -> first))
                                .isEqualTo(step)));
        assertThat(RunNumbers.all())
                .extracting(number -> number.quotation().subject() + " " + number.phase() + " " + number.column())
                .doesNotHaveDuplicates();
    }

    @Test
    void eachSeedIsJudgedByWhatWasSaidOfIt() {
        RunNumber share = number(of(DYCK), "at-grok", "trapezoid_gradient_share_1");
        assertThat(share.againstPaper(OptionalLong.of(42), 0.05)).isEqualTo(AgainstPaper.AGREES);
        assertThat(share.againstPaper(OptionalLong.of(42), 0.5)).isEqualTo(AgainstPaper.CONTRADICTS);
        assertThat(share.againstPaper(OptionalLong.of(137), 0.5))
                .as("the paper says it of seed 42")
                .isEqualTo(AgainstPaper.NOT_TESTABLE);
        assertThat(share.againstRerun(OptionalLong.of(7), 0.5))
                .as("robust, and re-run with three seeds")
                .isEqualTo(AgainstRerun.DIFFERS);
        RunNumber second = number(of(DYCK), "pre-grok", "sigma_2");
        assertThat(second.againstRerun(OptionalLong.of(42), 2.8)).isEqualTo(AgainstRerun.AGREES);
        assertThat(second.againstRerun(OptionalLong.of(7), 2.8)).isEqualTo(AgainstRerun.NOT_TESTABLE);
        assertThat(second.againstRerun(OptionalLong.empty(), 2.8)).isEqualTo(AgainstRerun.NOT_TESTABLE);
        assertThat(second.againstRerun(OptionalLong.of(42), Double.NaN)).isEqualTo(AgainstRerun.NOT_TESTABLE);
    }

    @Test
    void whatIsNoPhaseWithAColumnIsRefused() {
        CsvRow row = new CsvRow("t.csv", 3, Map.of("run column", "sigma_1"));
        assertThatThrownBy(() -> RunNumber.parse(row))
                .isInstanceOf(RunException.class)
                .hasMessage("t.csv line 3, column 'run column': 'sigma_1' is no phase with a column");
    }

    private static RunNumber number(List<RunNumber> numbers, String phase, String column) {
        return numbers.stream()
                .filter(number ->
                        number.phase().equals(phase) && number.column().equals(column))
                .findFirst()
                .orElseThrow();
    }

    private static Quotation find(List<RunNumber> numbers, String phase, String column) {
        return number(numbers, phase, column).quotation();
    }
}
