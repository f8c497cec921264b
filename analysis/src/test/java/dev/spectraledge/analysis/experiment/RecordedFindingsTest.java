package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordedFindingsTest {
    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("told.json");
    }

    @Test
    void figuresLieInTheSameFolder() {
        write("told-curve.svg", "published");
        assertThat(RecordedFindings.read(file).figures()).containsExactly(folder.resolve("told-curve.svg"));
    }

    /** A page shows figures: findings from elsewhere must not bring other files of the user onto it. */
    @ParameterizedTest
    @ValueSource(strings = {"../secret.svg", "/etc/passwd", "..", ".hidden", "a/b.svg", ""})
    void otherPathsAreNoFigures(String figure) {
        write(figure, "published");
        assertRefused("figures");
    }

    @Test
    void anUnknownProcedureIsRefused() {
        write("told-curve.svg", "guessed");
        assertRefused("procedure");
    }

    private void assertRefused(String key) {
        assertThatThrownBy(() -> RecordedFindings.read(file))
                .isInstanceOf(RunException.class)
                .hasMessage(file + ": is not an experiment result: field '" + key + "' is missing or malformed");
    }

    private void write(String figure, String procedure) {
        Map<String, Object> measurement =
                Map.of("procedure", procedure, "quantity", "angle", "item", "v1", "step", 1L, "value", 0.5);
        Json.write(
                file,
                Map.of(
                        "experiment", "told",
                        "program", "test",
                        "remarks", List.of(),
                        "figures", List.of(figure),
                        "phases", Map.of(),
                        "measurements", List.of(measurement)));
    }
}
