package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.TinyTraining;
import dev.spectraledge.analysis.phase.PhaseSteps;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefectTraceTest {
    @TempDir
    private Path folder;

    @Test
    void theLargestDefectIsThatOfTheTrace() {
        StudiedRun run = TinyTraining.write(folder, List.of(0L, 100L, 200L));
        Findings findings = new DefectTrace().measure(run, PhaseSteps.published("dyck"));
        for (Procedure procedure : Procedure.values()) {
            List<Measurement> trace = findings.curve(procedure, "defect", "median");
            assertThat(trace).hasSize(3);
            assertThat(findings.value(procedure, "largest-defect", "median", 200))
                    .hasValue(
                            trace.stream().mapToDouble(Measurement::value).max().orElseThrow());
        }
    }

    /** Two tasks at once: the rule for the onset is another one, and there is a defect between them. */
    @Test
    void tasksThatAreLearntAtOnceHaveADefectBetweenThem() {
        StudiedRun run = TinyTraining.writeModular(folder, List.of(0L, 100L, 200L), "task.operation=add+mul");
        Findings findings = new DefectTrace().measure(run, PhaseSteps.none());
        for (String pair : List.of("add-add", "mul-mul", "add-mul")) {
            assertThat(findings.curve(Procedure.CONTROLLED, "defect", pair)).hasSize(3);
            assertThat(findings.curve(Procedure.PUBLISHED, "gradient-cosine", pair))
                    .hasSize(3);
        }
        for (long step : run.steps()) {
            assertThat(findings.value(Procedure.PUBLISHED, "defect-over-total", "add-mul", step)
                            .orElseThrow())
                    .isEqualTo(findings.value(Procedure.CONTROLLED, "defect", "add-mul", step)
                                    .orElseThrow()
                            / findings.value(Procedure.CONTROLLED, "defect", "median", step)
                                    .orElseThrow());
        }
        assertThat(findings.figures()).hasSize(2);
        assertThat(findings.items(Procedure.CONTROLLED, "onset-in-random-order"))
                .containsExactly("tenfold", "rolling-maximum", "threefold");
    }

    @Test
    void anEncoderDecoderHasOneAsWell() {
        StudiedRun run = TinyTraining.writeScan(folder, List.of(0L));
        Findings findings = new DefectTrace().measure(run, PhaseSteps.published("scan"));
        double exact =
                findings.value(Procedure.CONTROLLED, "defect", "median", 0).orElseThrow();
        assertThat(exact).isPositive();
        // At initial weights gradients are large: rounding is no more than the defect itself.
        assertThat(findings.value(Procedure.PUBLISHED, "defect", "median", 0).orElseThrow())
                .isBetween(exact / 2, exact * 2);
    }
}
