package dev.spectraledge.analysis.report.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.report.Xml;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class SweepReportTest {
    private static final String TWO_AXES = """
            task: modular
            task.operation: add
            sweep:
              grid:
                training.weightDecay: [1, 0.3, 0.1, 0]
                training.learningRate: [1e-3, 3e-4]
              seeds: [42, 43, 44]
            """;

    @TempDir
    private Path folder;

    @Test
    void showsEveryRunEachAxisAndMediansOverSeeds() throws IOException {
        Document page = page(SampleSweep.write(folder, TWO_AXES), "test_accuracy");
        assertThat(Xml.texts(page, "h2"))
                .containsExactly(
                        "Grok steps",
                        "Over seeds",
                        "Curves of test_accuracy",
                        "Runs",
                        "Configuration and environment",
                        "Files of this sweep");
        assertThat(Xml.texts(page, "p")).contains("12 of 24 runs grokked");
        assertThat(Xml.texts(page, "text"))
                .contains("Grok step by weightDecay", "Grok step by learningRate", "never", "to 5000", "0.3")
                .contains("weightDecay 0.1, learningRate 0.0003");
        assertThat(Xml.elements(page, "table")).hasSizeGreaterThanOrEqualTo(4);
        List<String> rows = Xml.texts(page, "tr");
        assertThat(rows).contains("1" + "0.001" + "3" + "3 of 3" + "700 (600 … 800)" + "0.980" + "500");
        assertThat(rows).contains("0" + "0.001" + "3" + "0 of 3" + "never" + "0.0200" + "500");
    }

    @Test
    void runsThatHaveNotGrokkedStandAboveAllOthers() throws IOException {
        Document page = page(SampleSweep.write(folder, TWO_AXES), "test_accuracy");
        List<Element> marks = Xml.elements(page, "path").stream()
                .filter(path -> path.getElementsByTagName("title").getLength() == 1)
                .toList();
        List<Element> never = marks.stream()
                .filter(mark -> mark.getTextContent().endsWith("not grokked by step 5000 (done)"))
                .toList();
        assertThat(never).as("each in the panel of each axis").hasSize(2 * 12);
        double lowestNever =
                never.stream().mapToDouble(SweepReportTest::top).max().orElseThrow();
        double highestKnown = marks.stream()
                .filter(mark -> mark.getTextContent().contains(": grokked at step"))
                .mapToDouble(SweepReportTest::top)
                .min()
                .orElseThrow();
        assertThat(lowestNever).isLessThan(highestKnown);
    }

    @Test
    void failuresAndRunsThatAreNotDoneAreThereWithTheirStates() throws IOException {
        SweepPlan plan = SampleSweep.write(folder, TWO_AXES);
        Path failed = plan.directory(plan.runs().get(0));
        SampleSweep.summary(failed, "failed", Map.of("final_step", 300, "error", "training diverged, \"loss\" NaN"));
        SampleSweep.summary(plan.directory(plan.runs().get(1)), "running", Map.of());
        SampleSweep.summary(plan.directory(plan.runs().get(2)), "stopped", Map.of("final_step", 900));
        delete(plan.directory(plan.runs().get(3)));
        Files.createDirectories(plan.failure(plan.runs().get(4)).getParent());
        Files.writeString(plan.failure(plan.runs().get(4)), "cannot write: disk full\n");

        Document page = page(plan, "test_accuracy");
        assertThat(Xml.texts(page, "aside"))
                .singleElement()
                .asString()
                .contains("training diverged, \"loss\" NaN — weightDecay=1", "cannot write: disk full — ");
        List<String> states = Xml.elements(page, "td").stream()
                .filter(cell -> cell.getAttribute("class").startsWith("state"))
                .map(Element::getTextContent)
                .toList();
        assertThat(states.subList(0, 6))
                .containsExactly("failed", "interrupted", "stopped", "waiting", "failed", "done");
        List<String> table = Files.readAllLines(folder.resolve("table.csv"));
        assertThat(table.getFirst())
                .isEqualTo("id,training.weightDecay,training.learningRate,training.seed,state,grok_step,final_step,"
                        + "final_test_accuracy,steps_per_second,wall_seconds,directory,error");
        String id = plan.runs().getFirst().id();
        assertThat(table.get(1))
                .isEqualTo(id + ",1.0,0.001,42,failed,,300,0.98,,,runs/" + id
                        + ",\"training diverged, \"\"loss\"\" NaN\"");
        assertThat(table).hasSize(25);
    }

    @Test
    void loadsNothingAndEveryLinkLeadsToAFile() throws IOException {
        SweepPlan plan = SampleSweep.write(folder.resolve("a sweep"), TWO_AXES);
        Files.delete(plan.directory(plan.runs().getFirst()).resolve("report.html"));
        Document page = page(plan, "train_loss");
        for (String element : List.of("script", "link", "img", "iframe", "object")) {
            assertThat(Xml.elements(page, element)).isEmpty();
        }
        List<Element> links = Xml.elements(page, "a");
        assertThat(links).hasSizeGreaterThan(24);
        assertThat(links)
                .allSatisfy(link -> assertThat(plan.root().resolve(link.getAttribute("href")))
                        .exists());
    }

    @Test
    void settingsThatAllShareAreThoseThatDoNotVary() throws IOException {
        Document page = page(SampleSweep.write(folder, TWO_AXES), "test_accuracy");
        List<String> names = Xml.elements(page, "th").stream()
                .filter(cell -> cell.getAttribute("scope").equals("row"))
                .map(Element::getTextContent)
                .toList();
        assertThat(names)
                .contains("task.operation", "training.batchSize", "machine.cpu")
                .doesNotContain("training.weightDecay", "training.learningRate", "training.seed", "config_hash");
    }

    @Test
    void aSweepOfSeedsAloneHasOneCombinationAndNoAxis() throws IOException {
        Document page = page(SampleSweep.write(folder, "task: modular\nsweep: {seeds: 3}\n"), "test_accuracy");
        assertThat(Xml.texts(page, "h2")).doesNotContain("Grok steps").contains("Curves of test_accuracy");
        assertThat(Xml.texts(page, "text")).contains("all runs");
    }

    @Test
    void aColumnThatIsNotThereIsOneLine() {
        SweepPlan plan = SampleSweep.write(folder, "task: modular\nsweep: {seeds: 2}\n");
        assertThatThrownBy(() -> SweepReport.write(plan.root(), "test_acuracy"))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("has no column 'test_acuracy'; did you mean 'test_accuracy'?");
        assertThatThrownBy(() -> SweepReport.write(folder.resolve("runs"), "test_accuracy"))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("is not a sweep");
    }

    @Test
    void aFileThatIsDamagedIsNamedAndLeftOut() throws IOException {
        SweepPlan plan = SampleSweep.write(folder, "task: modular\nsweep: {seeds: 3}\n");
        Path metrics = plan.directory(plan.runs().getFirst()).resolve("metrics.csv");
        Files.writeString(metrics, "step,test_accuracy\n1,high\n");
        Document page = page(plan, "test_accuracy");
        assertThat(Xml.texts(page, "aside"))
                .containsExactly(
                        "Not in this report:" + metrics + " line 2, column 'test_accuracy': 'high' is not a number");
        assertThat(Files.readAllLines(folder.resolve("table.csv"))).hasSize(4);
    }

    @Test
    void aThousandRunsFitOnAPageAndTakeSeconds() throws IOException {
        SweepPlan plan = SampleSweep.write(folder, """
                task: modular
                sweep:
                  grid:
                    training.weightDecay: [1, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0]
                    training.learningRate: [1e-3, 5e-4, 3e-4, 2e-4, 1e-4]
                  seeds: 20
                """);
        Instant start = Instant.now();
        Document page = page(plan, "test_accuracy");
        System.out.println("report of 1,000 runs: "
                + Duration.between(start, Instant.now()).toMillis() + " ms, "
                + Files.size(folder.resolve("report.html")) / 1024 + " KiB");
        assertThat(Files.size(folder.resolve("report.html"))).isLessThan(4 << 20);
        assertThat(Files.readAllLines(folder.resolve("table.csv"))).hasSize(1001);
        assertThat(Xml.texts(page, "figcaption"))
                .anyMatch(caption -> caption.contains("first 48 of 50 combinations")
                        && caption.contains("at most 12 of up to 20 runs"));
    }

    private Document page(SweepPlan plan, String column) throws IOException {
        Path file = SweepReport.write(plan.root(), column);
        return Xml.parse(Files.readString(file).replace("<!DOCTYPE html>", ""));
    }

    /** Smallest y of a mark. */
    private static double top(Element mark) {
        String[] coordinates =
                mark.getAttribute("d").replaceAll("[MLZ]", " ").strip().split("\\s+", -1);
        double top = Double.POSITIVE_INFINITY;
        for (int i = 1; i < coordinates.length; i += 2) {
            top = Math.min(top, Double.parseDouble(coordinates[i]));
        }
        return top;
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }
}
