package dev.spectraledge.analysis.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.spectraledge.analysis.experiment.weights.Ablation;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.protocol.Protocols;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.trainer.io.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FindingsFolderTest {
    @TempDir
    private Path folder;

    /** An experiment that finds what it is told. */
    private record Told(Findings findings, long until) implements Experiment {
        @Override
        public Map<String, Long> settings() {
            return Map.of("until", until);
        }

        @Override
        public String name() {
            return "told";
        }

        @Override
        public String question() {
            return "What?";
        }

        @Override
        public Findings measure(StudiedRun run, PhaseSteps phases) {
            return findings;
        }
    }

    @Test
    void writesNumbersFiguresAndWhereTheyComeFrom() {
        StudiedRun run = SyntheticRun.write(folder, 0.5, 2, (index, attention, backend) -> {});
        Findings findings = new Findings();
        findings.published("angle", "v1", 100, 1.5);
        findings.controlled("angle", "v1/random", 100, Double.NaN);
        findings.remark("short");
        findings.figure(new Figure(
                "curve",
                "A curve",
                1,
                List.of(new Panel(
                        "Angle",
                        Axis.linear("step"),
                        Axis.linear("angle"),
                        List.of(),
                        List.of(Line.solid("v1", new double[] {1, 2}, new double[] {3, 4}, 0)),
                        List.of(),
                        List.of()))));
        Path file = new FindingsFolder(folder.resolve("out"))
                .write(new Told(findings, 7), run, PhaseSteps.published("dyck"), findings);
        assertThat(file).hasFileName("told.json");
        assertThat(folder.resolve("out/told-curve.svg"))
                .content()
                .contains("<svg")
                .contains("Angle");
        Map<String, Object> document = Json.readObject(file);
        assertThat(document)
                .contains(
                        entry("experiment", "told"),
                        entry("question", "What?"),
                        entry("task", "dyck"),
                        entry("weight_decay", 0.5),
                        entry("seed", null),
                        entry("remarks", List.of("short")),
                        entry("figures", List.of("told-curve.svg")))
                .containsKeys("run", "phases");
        assertThat(((Map<?, ?>) document.get("phases")).get("origin")).isEqualTo("published");
        List<?> measurements = (List<?>) document.get("measurements");
        assertThat((Map<?, ?>) measurements.get(0))
                .hasToString("{procedure=published, quantity=angle, item=v1, step=100, value=1.5}");
        // Not defined is null, which JSON has, unlike NaN.
        assertThat((Map<?, ?>) measurements.get(1))
                .hasToString("{procedure=controlled, quantity=angle, item=v1/random, step=100, value=null}");
    }

    @Test
    void findingsOfOtherSettingsAreNotCurrent() {
        StudiedRun run = SyntheticRun.write(folder, 0.5, 2, (index, attention, backend) -> {});
        FindingsFolder out = new FindingsFolder(folder.resolve("out"));
        PhaseSteps phases = PhaseSteps.published("dyck");
        Findings findings = new Findings();
        Path file = out.write(new Told(findings, 7), run, phases, findings);
        assertThat(RecordedFindings.read(file).settings()).containsExactly(entry("until", 7L));
        assertThat(out.isCurrent(new Told(findings, 7), run, phases)).isTrue();
        assertThat(out.isCurrent(new Told(findings, 8), run, phases)).isFalse();
    }

    @Test
    void findingsOfFewerDrawsAreNotCurrent() {
        FindingsFolder out = new FindingsFolder(folder.resolve("out"));
        Experiment experiment = new Ablation();
        PhaseSteps phases = PhaseSteps.none();
        try (StudiedRun whole = TableRun.in(folder).open();
                StudiedRun fewer =
                        StudiedRun.open(folder, whole.backends(), Protocols.with(List.of("*,ablation,draws,3")))) {
            Path file = out.write(experiment, fewer, phases, new Findings());
            assertThat(RecordedFindings.read(file).changes()).containsExactly(entry("draws", "3"));
            assertThat(out.isCurrent(experiment, fewer, phases)).isTrue();
            assertThat(out.isCurrent(experiment, whole, phases)).isFalse();
        }
    }

    @Test
    void findingsGiveBackWhatWasMeasured() {
        Findings findings = new Findings();
        findings.published("angle", "v1", 200, 2);
        findings.published("angle", "v1", 100, 1);
        findings.controlled("angle", "v1", 100, 9);
        assertThat(findings.value(Procedure.PUBLISHED, "angle", "v1", 100)).hasValue(1);
        assertThat(findings.value(Procedure.PUBLISHED, "angle", "v2", 100)).isEmpty();
        assertThat(findings.curve(Procedure.PUBLISHED, "angle", "v1"))
                .extracting(Measurement::value)
                .containsExactly(2.0, 1.0);
    }
}
