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
                        "Loss",
                        "Position of the edge k*",
                        "What moves v₃",
                        "grok · step 600",
                        "null median: lag-matched");
    }

    @Test
    void loadsNothing() throws IOException {
        Document page = write();
        for (String element : List.of("link", "img", "iframe", "object")) {
            assertThat(Xml.elements(page, element)).isEmpty();
        }
        assertThat(Xml.elements(page, "script")).isNotEmpty().noneMatch(script -> script.hasAttribute("src"));
        String html = Files.readString(run.resolve("report.html"));
        String text = html.substring(0, html.indexOf("<script>"));
        assertThat(text.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xhtml", ""))
                .doesNotContain("http://", "https://", "url(http", "@import", "src=");
    }

    @Test
    void everyLinkLeadsToAFile() throws IOException {
        Document page = write();
        List<Element> links = Xml.elements(page, "a");
        assertThat(links).hasSizeGreaterThan(10);
        List<String> ids = Xml.elements(page, "*").stream()
                .map(element -> element.getAttribute("id"))
                .toList();
        assertThat(links).allSatisfy(link -> {
            String target = link.getAttribute("href");
            if (target.startsWith("#")) {
                assertThat(ids).contains(target.substring(1));
            } else {
                assertThat(run.resolve(target)).exists();
            }
        });
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
        assertThat(sigma.containsKey("paper")).isFalse();
        assertThat(((Map<?, ?>) sigma.get("rerun")).get("value")).isEqualTo("5.65 / 5.99 / 5.62");
        assertThat(((Map<?, ?>) sigma.get("rerun")).get("judgement")).isEqualTo("differs");
        assertThat(sigma.get("measured")).isEqualTo(6 * Math.exp(-300 / 2000.0 - 1));
        assertThat(numbers.get("grok_step")).isEqualTo(600L);
    }

    @Test
    void thePaperAndTheRerunAreJudgedApart() throws IOException {
        Map<?, ?> parameters = (Map<?, ?>) ((Map<?, ?>) Report.of(run).numbers().get("whole_run")).get("parameters");
        assertThat(((Map<?, ?>) parameters.get("paper")).get("value")).isEqualTo("\"150K\"");
        assertThat(((Map<?, ?>) parameters.get("paper")).get("judgement")).isEqualTo("contradicts");
        assertThat(((Map<?, ?>) parameters.get("rerun")).get("judgement")).isEqualTo("agrees");
        assertThat(write().getDocumentElement().getTextContent())
                .contains("paper: \"150K\" (145\u2009000 … 155\u2009000)", "re-run: 273,421");
    }

    /** With a rule that is met at step 100 the published step is still set beside the step that reaches the published 0.95. */
    @Test
    void publishedGrokStepsAreNotComparedWithAnotherRules() throws IOException {
        SampleRun.text(run, "config.json", """
            {"task": {"name": "dyck"}, "training": {"seed": 42, "learningRate": 0.001, "weightDecay": 1.0},
             "evaluation": {"every": 100, "grokAccuracy": 0.5, "grokPatience": 1}}
            """);
        SampleRun.text(run, "summary.json", "{\"state\": \"done\", \"grok_step\": 100, \"final_step\": 3600}");
        Map<String, Object> numbers = Report.of(run).numbers();
        assertThat(numbers.get("grok_step")).isEqualTo(100L);
        Map<?, ?> whole = (Map<?, ?>) numbers.get("whole_run");
        assertThat(whole.containsKey("grok_step")).isFalse();
        Map<?, ?> reached = (Map<?, ?>) whole.get("accuracy95_step");
        assertThat(reached.get("measured")).isEqualTo(600.0);
        assertThat(((Map<?, ?>) reached.get("paper")).get("judgement")).isEqualTo("agrees");
        assertThat(Xml.texts(write(), "p"))
                .contains("Grokked at step 100, the first evaluation with a test accuracy of 0.5 or more");
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
        Map<?, ?> reached = (Map<?, ?>) whole.get("accuracy95_step");
        assertThat(reached.get("measured")).isEqualTo(600.0);
        assertThat(((Map<?, ?>) reached.get("paper")).get("value")).isEqualTo("3100, 3200, 2600");
        assertThat(((Map<?, ?>) reached.get("paper")).get("low")).isEqualTo(2600.0);
        assertThat(((Map<?, ?>) reached.get("paper")).get("judgement")).isEqualTo("contradicts");
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
