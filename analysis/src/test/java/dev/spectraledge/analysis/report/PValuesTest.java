package dev.spectraledge.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PValuesTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"p-value", "p-value-earlier", "accuracy-p", "linear-p"})
    void areKnownByTheirNames(String quantity) {
        assertThat(PValues.isOne(quantity)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"accuracy", "loss-change", "p", "map", "step"})
    void areNothingElse(String quantity) {
        assertThat(PValues.isOne(quantity)).isFalse();
    }

    /** Three are shown, one of which is none: .02 and .04 become .04 and .04. */
    @Test
    void ofAFindingAreCorrectedForThoseShownBesideThem() throws IOException {
        Path run = SampleRun.writeTo(folder.resolve("run"));
        Files.createDirectory(run.resolve("experiments"));
        SampleRun.text(run.resolve("experiments"), "depth-basis.json", """
            {"experiment": "depth-basis", "question": "Is v₁ structured?", "remarks": [], "figures": [],
             "measurements": [
              {"procedure": "controlled", "quantity": "p-value", "item": "v1", "step": 500, "value": 0.02},
              {"procedure": "controlled", "quantity": "elevation", "item": "v1", "step": 500, "value": 2.5},
              {"procedure": "controlled", "quantity": "p-value", "item": "v2", "step": 500, "value": 0.04}]}
            """);
        assertThat(Files.readString(Report.of(run).write()))
                .contains("<td>0.0200<small>by Holm’s method for 2 p-values: 0.040</small></td>")
                .contains("<td>0.0400<small>by Holm’s method for 2 p-values: 0.040</small></td>")
                .contains("<td>2.50</td>");
    }
}
