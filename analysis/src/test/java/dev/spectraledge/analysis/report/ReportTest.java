package dev.spectraledge.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class ReportTest {
    @TempDir
    private Path folder;

    private Path run;

    @BeforeEach
    void writeRun() {
        run = SampleRun.writeTo(folder.resolve("sample <run>"));
    }

    @Test
    void showsEverySectionAndSeries() throws IOException {
        Document page = write();
        assertThat(Xml.texts(page, "h1")).containsExactly("sample <run>");
        assertThat(Xml.texts(page, "h2"))
                .containsExactly(
                        "Learning",
                        "The spectral edge",
                        "Observer “every step”",
                        "Beside the published numbers",
                        "Configuration and environment",
                        "Files of this run");
        assertThat(Xml.texts(page, "p"))
                .contains("Grokked at step 600, the first evaluation with a test accuracy of 0.95 or more");
        assertThat(Xml.texts(page, "title"))
                .contains("train", "test", "σ₁", "σ₅", "R", "g₂₃", "measured", "exact", "trapezoid", "v₁", "v₃");
        assertThat(Xml.texts(page, "text"))
                .contains(
                        "Loss", "Position of the edge k*", "What moves v₃", "grok · step 600", "null: autocorrelated");
    }

    @Test
    void loadsNothing() throws IOException {
        Document page = write();
        for (String element : List.of("script", "link", "img", "iframe", "object")) {
            assertThat(Xml.elements(page, element)).isEmpty();
        }
        String text = Files.readString(run.resolve("report.html"));
        assertThat(text.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xhtml", ""))
                .doesNotContain("http://", "https://", "url(http", "@import", "src=");
    }

    @Test
    void everyLinkLeadsToAFile() throws IOException {
        List<Element> links = Xml.elements(write(), "a");
        assertThat(links).hasSizeGreaterThan(10);
        assertThat(links)
                .allSatisfy(link ->
                        assertThat(run.resolve(link.getAttribute("href"))).exists());
    }

    @Test
    void savesTheFiguresOfThePage() throws IOException {
        Document page = write();
        try (var figures = Files.list(run.resolve("figures"))) {
            List<Path> files = figures.toList();
            assertThat(files).hasSameSizeAs(Xml.elements(page, "figure")).hasSize(9);
            for (Path file : files) {
                assertThat(Xml.parse(Files.readString(file))
                                .getDocumentElement()
                                .getTagName())
                        .isEqualTo("svg");
            }
        }
    }

    @Test
    void writesTheSameBytesAgain() throws IOException {
        write();
        byte[] first = Files.readAllBytes(run.resolve("report.html"));
        write();
        assertThat(Files.readAllBytes(run.resolve("report.html"))).isEqualTo(first);
    }

    @Test
    void namesWhatIsMissingAndShowsTheRest() throws IOException {
        Files.delete(run.resolve("metrics.csv"));
        SampleRun.text(run, "environment.json", "{\"java\": ");
        SampleRun.text(run, "spectrum_everyStep.csv", "step,sigma_1\n1,x\n");
        Document page = write();
        assertThat(Xml.texts(page, "h2")).contains("The spectral edge").doesNotContain("Learning");
        assertThat(Xml.texts(page, "li").stream().filter(item -> item.contains("metrics.csv")))
                .containsExactly("metrics.csv is not there");
        List<String> absent = Report.of(run).absent();
        assertThat(absent).hasSize(3);
        assertThat(absent.get(0)).contains("environment.json", "JSON");
        assertThat(absent.get(1)).isEqualTo("metrics.csv is not there");
        assertThat(absent.get(2)).contains("spectrum_everyStep.csv line 2, column 'sigma_1': 'x' is not a number");
    }

    @Test
    void leavesOutPanelsOfMissingColumns() throws IOException {
        SampleRun.text(run, "spectrum.csv", "step,sigma_1,sigma_2\n100,2,1\n200,3,1\n");
        SampleRun.text(run, "metrics.csv", "step,test_accuracy\n100,0.5\n");
        Document page = write();
        assertThat(Xml.texts(page, "text"))
                .contains("Accuracy", "Singular values of the window")
                .doesNotContain("Loss");
    }

    @Test
    void aRunThatDidNotGrokSaysSo() throws IOException {
        SampleRun.text(run, "summary.json", "{\"state\": \"done\", \"grok_step\": null, \"final_step\": 20000}");
        SampleRun.text(run, "events.csv", "step,event,detail\n");
        assertThat(Xml.texts(write(), "p")).contains("Did not grok within 20\u2009000 steps: no test accuracy of 0.95");
    }

    @Test
    void comparesWithThePublishedNumbers() {
        Map<String, Object> numbers = Report.of(run).numbers();
        Map<?, ?> window = (Map<?, ?>) ((List<?>) numbers.get("windows")).getFirst();
        assertThat(window.get("step")).isEqualTo(300L);
        Map<?, ?> sigma = (Map<?, ?>) window.get("sigma_1");
        assertThat(sigma.get("published")).isEqualTo(5.6537);
        assertThat(sigma.get("measured")).isEqualTo(6 * Math.exp(-300 / 2000.0 - 1));
        assertThat(numbers.get("grok_step")).isEqualTo(600L);
    }

    @Test
    void comparesModularArithmeticWithThePublishedGrokSteps() throws IOException {
        SampleRun.text(run, "config.json", """
            {"task": {"name": "modular", "operation": "add", "prime": 97, "trainFraction": 0.5},
             "model": {"layers": 2, "width": 128},
             "training": {"learningRate": 0.001, "weightDecay": 1.0, "batchSize": 512, "beta2": 0.98},
             "evaluation": {"every": 100, "grokAccuracy": 0.95, "grokPatience": 1}}
            """);
        Map<?, ?> whole = (Map<?, ?>) Report.of(run).numbers().get("whole_run");
        assertThat(((Map<?, ?>) whole.get("grok_step")).get("published")).isEqualTo(3100.0);
        assertThat(((Map<?, ?>) whole.get("grok_step")).get("measured")).isEqualTo(600.0);
        assertThat(whole.containsKey("accuracy98_step")).isTrue();
        assertThat(Xml.texts(write(), "h2")).contains("Beside the published numbers");
    }

    @Test
    void severalObjectivesHaveACurveEach() throws IOException {
        SampleRun.text(run, "config.json", "{\"task\": {\"name\": \"modular\", \"operation\": \"add+mul\"}}");
        SampleRun.text(run, "metrics.csv", """
            step,train_accuracy,test_accuracy,test_accuracy_add,test_accuracy_mul
            1,0.1,0,0,0
            100,1,0.5,0.5,0.9
            """);
        assertThat(write().getDocumentElement().getTextContent()).contains("test, add", "test, mul");
        assertThat(((Map<?, ?>) Report.of(run).numbers().get("whole_run")).containsKey("accuracy98_step"))
                .isFalse();
    }

    @Test
    void aDirectoryWithoutARunIsRefused() throws IOException {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThatThrownBy(() -> Report.of(empty))
                .isInstanceOf(RunException.class)
                .hasMessage(
                        empty + " is not a run directory: it holds none of config.json, summary.json, metrics.csv and"
                                + " spectrum.csv");
        Path missing = folder.resolve("missing");
        assertThatThrownBy(() -> Report.of(missing)).hasMessage("no such run directory: " + missing);
        Path file = run.resolve("config.json");
        assertThatThrownBy(() -> Report.of(file)).hasMessage(file + " is a file, not a run directory");
    }

    private Document write() throws IOException {
        return Xml.parse(Files.readString(Report.of(run).write()));
    }
}
