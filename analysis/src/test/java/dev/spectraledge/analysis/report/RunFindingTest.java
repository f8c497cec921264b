package dev.spectraledge.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFindingTest {
    private static final String HOSTILE = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";

    @TempDir
    private Path folder;

    private Path run;

    @BeforeEach
    void writeRun() throws IOException {
        run = SampleRun.writeTo(folder.resolve("run"));
        SampleRun.text(run.resolve("experiments"), "told.json", """
            {"experiment": "told", "question": "What <b>is</b> it?", "remarks": ["It is told.", "It is told."],
             "figures": ["told-a.svg", "../../outside.svg", "/etc/passwd", "link.svg", "missing.svg"],
             "measurements": [
              {"procedure": "published", "quantity": "angle", "item": "v1", "step": 100, "value": 1.62},
              {"procedure": "published", "quantity": "angle", "item": "v1", "step": 200, "value": 2.5},
              {"procedure": "controlled", "quantity": "angle", "item": "v1", "step": 200, "value": 3.5},
              {"procedure": "controlled", "quantity": "p", "item": "v1", "step": 200, "value": 0.25},
              {"procedure": "published", "quantity": "undefined", "item": "v1", "step": 200, "value": null}]}
            """);
        SampleRun.text(run.resolve("experiments"), "told-a.svg", HOSTILE);
        SampleRun.text(folder, "outside.svg", HOSTILE);
        Files.createSymbolicLink(run.resolve("experiments/link.svg"), folder.resolve("outside.svg"));
    }

    @Test
    void hasTheLastValueOfEachQuantityBesideItsControl() {
        RunFinding finding = RunFinding.read(run.resolve("experiments/told.json"));
        assertThat(finding.rows())
                .containsExactly(
                        new RunFinding.Row("angle", "v1", 200, 2.5, 3.5),
                        new RunFinding.Row("p", "v1", 200, Double.NaN, 0.25));
        assertThat(finding.mainRows(8)).extracting(RunFinding.Row::quantity).containsExactly("angle");
    }

    @Test
    void figuresAreFilesBesideTheFindingsAndNothingElse() {
        assertThat(RunFinding.read(run.resolve("experiments/told.json")).figures())
                .containsExactly(run.resolve("experiments/told-a.svg"));
    }

    @Test
    void thePageExecutesNothingOfTheirs() throws IOException {
        String page = Files.readString(Report.of(run).write());
        // Its own scripts are the last of the page.
        assertThat(page.substring(0, page.indexOf("<script>")))
                .contains("<h3>told</h3>", "What &lt;b&gt;is&lt;/b&gt; it?", "data:image/svg+xml;base64,")
                .containsOnlyOnce("It is told.")
                .doesNotContainPattern("<script(?! type=\"application/json\">)");
        assertThat(Xml.texts(Xml.parse(page), "td"))
                .contains("angle", "2.50", "3.50")
                .doesNotContain("1.62");
    }

    @Test
    void damagedFindingsAreNamedAndTheRestIsShown() {
        SampleRun.text(run.resolve("experiments"), "other.json", "{\"experiment\": \"other\"}");
        Report report = Report.of(run);
        assertThat(report.absent()).singleElement().asString().endsWith("other.json: is not an experiment result");
        assertThat(report.numbers()).containsEntry("experiments", List.of("told"));
    }
}
