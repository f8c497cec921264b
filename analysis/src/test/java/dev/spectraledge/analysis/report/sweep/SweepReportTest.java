package dev.spectraledge.analysis.report.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.spectraledge.analysis.report.Xml;
import dev.spectraledge.analysis.report.plot.Scale;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.sweep.PlannedRun;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

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

    /** A key of one task has no value in the runs of another, and a key may have null as a value. */
    @Test
    void runsThatLackAKeyStandApart() throws IOException {
        Document page = page(SampleSweep.write(folder, """
                sweep:
                  list:
                    - {task.name: modular, task.operation: add, training.stopOn: grok+500, training.seed: 1}
                    - {task.name: modular, task.operation: sub, training.stopOn: null, training.seed: 1}
                    - {task.name: dyck, training.stopOn: null, training.seed: 1}
                    - {task.name: dyck, training.stopOn: grok+500, training.seed: 1}
                """), "test_accuracy");
        assertThat(Xml.texts(page, "p")).contains("4 of 4 runs grokked");
        assertThat(Xml.texts(page, "text"))
                .contains("Grok step by operation", "Grok step by stopOn", "add", "null", "grok+500");
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
        for (String element : List.of("link", "img", "iframe", "object")) {
            assertThat(Xml.elements(page, element)).isEmpty();
        }
        assertThat(Xml.elements(page, "script")).noneMatch(script -> script.hasAttribute("src"));
        List<Element> links = Xml.elements(page, "a").stream()
                .filter(link -> !link.getAttribute("href").startsWith("#"))
                .toList();
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

    @ParameterizedTest
    @ValueSource(strings = {"grid", "search", "seeds"})
    void effortGrowsNoFasterThanTheRuns(String kind) throws IOException {
        report(kind, 20);
        requireGrowth(report(kind, 80), report(kind, 160));
    }

    /** Of so many that the page leaves out some. */
    @ParameterizedTest
    @ValueSource(strings = {"grid", "search", "seeds"})
    @Tag("nightly")
    void effortAndSizeGrowNoFasterThanManyRuns(String kind) throws IOException {
        report(kind, 50);
        Effort half = report(kind, 600);
        Effort whole = report(kind, 1200);
        requireGrowth(half, whole);
        double perRun = (whole.page - half.page) / 600.0;
        assertThat(whole.page + perRun * (10_000 - 1200))
                .as("bytes of a page of 10,000 runs")
                .isLessThan(20e6);
    }

    /** Counted in bytes, which do not depend on what else the machine does: those that the report allocates, and its page. */
    private record Effort(long allocated, long page) {}

    private Effort report(String kind, int runs) throws IOException {
        Path root = SampleSweep.write(folder.resolve("sweep" + runs), sweep(kind, runs))
                .root();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        Path file = SweepReport.write(root, "test_accuracy");
        return new Effort(THREADS.getCurrentThreadAllocatedBytes() - before, Files.size(file));
    }

    private static void requireGrowth(Effort half, Effort whole) {
        assertThat((double) whole.allocated / half.allocated)
                .as("bytes allocated for twice as many runs")
                .isLessThan(2.2);
    }

    private static String sweep(String kind, int runs) {
        String header = "task: modular\nsweep:\n";
        return switch (kind) {
            case "grid" ->
                header + "  grid: {training.weightDecay: [1, 0.3, 0.1, 0.03, 0], training.learningRate: [1e-3, 3e-4]}\n"
                        + "  seeds: " + runs / 10;
            case "search" -> {
                StringBuilder list = new StringBuilder(header + "  list:\n");
                for (int i = 1; i <= runs; i++) {
                    list.append("    - {training.weightDecay: %s, training.learningRate: %s, training.seed: %d}%n"
                            .formatted(1.0 / i, 1e-3 / i, i));
                }
                yield list.toString();
            }
            default -> header + "  seeds: " + runs;
        };
    }

    @Test
    void aPageOfManyRunsSaysWhatItLeavesOut() throws IOException {
        Document page = page(SampleSweep.write(folder, """
            task: modular
            sweep:
              grid:
                training.weightDecay: [1, 0.5, 0.3, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0]
                training.learningRate: [1e-3, 5e-4, 3e-4, 2e-4, 1e-4]
              seeds: 13
            """), "test_accuracy");
        assertThat(Files.readAllLines(folder.resolve("table.csv"))).hasSize(651);
        assertThat(Xml.texts(page, "figcaption"))
                .anyMatch(caption -> caption.contains("48 of 50 combinations, evenly spread")
                        && caption.contains("at most 12 of 13 runs"))
                .anyMatch(caption -> caption.contains("Beyond 500 runs, points show no names"));
        assertThat(Xml.texts(page, "summary")).contains("All 650 runs");
        Set<String> shown = new HashSet<>(Xml.texts(page, "text"));
        assertThat(shown).as("the first and the last combinations").contains("1, 0.001", "0, 0.0001");
        long marks = Xml.elements(page, "path").stream()
                .filter(path -> path.getAttribute("d").split("M", -1).length > 100)
                .count();
        assertThat(marks).as("all points of a series are one path").isPositive();
    }

    @Test
    void aLongCurveIsThinnedByTheRuleThatThePageStates() throws IOException {
        SweepPlan plan = SampleSweep.write(folder, "task: modular\nsweep: {seeds: 2}\n");
        StringBuilder rows = new StringBuilder("step,test_accuracy\n");
        for (int step = 1; step <= 10_001; step++) {
            rows.append(step).append(",0.5\n");
        }
        Files.writeString(plan.directory(plan.runs().getFirst()).resolve("metrics.csv"), rows);
        SweepRecord sweep = SweepRecord.read(folder, "test_accuracy");
        double[] steps = sweep.runs().getFirst().curve().steps();
        assertThat(steps).hasSize(3335).startsWith(1, 4, 7).endsWith(9997, 10_000, 10_001);
        assertThat(sweep.runs().getLast().curve().steps()).hasSize(50);
        assertThat(Xml.texts(page(plan, "test_accuracy"), "figcaption"))
                .singleElement()
                .asString()
                .contains(
                        "more than 4096 evaluations, only every k-th one", "more than two evaluations fall on a pixel");
    }

    @Test
    void titlesThatAreTooLongHoldTheValuesAlone() throws IOException {
        Document page = page(SampleSweep.write(folder, """
            task: modular
            sweep:
              grid: {training.weightDecay: [0.123, 0.456], training.learningRate: [1.25e-3, 3.75e-4], training.beta1: [0.9, 0.95]}
            """), "test_accuracy");
        assertThat(Xml.texts(page, "text")).contains("0.123, 0.00125, 0.9");
        assertThat(Xml.texts(page, "figcaption"))
                .anyMatch(caption ->
                        caption.contains("The title of a panel gives its values of weightDecay, learningRate, beta1."));
    }

    @Test
    void manyValuesOfAnAxisAreMarkedAtRoundNumbers() {
        List<Object> values = new ArrayList<>(List.of(0.0));
        for (int i = 0; i < 300; i++) {
            values.add(0.013 * Math.pow(1.02, i));
        }
        SweptAxis axis = new SweptAxis("training.weightDecay", values);
        assertThat(axis.axis("").ticks())
                .extracting(Scale.Tick::label)
                .contains("0", "0.1", "1")
                .doesNotContain("0.013");
        assertThat(axis.axis("").ticks().getFirst().value()).isEqualTo(axis.position(0.0));
        assertThat(new SweptAxis("training.beta1", values).axis("").ticks())
                .as("none: the scale chooses them")
                .isEmpty();
    }

    @Test
    void reasonsWithoutEndAreCutAndCounted() throws IOException {
        SweepPlan plan = SampleSweep.write(folder, "task: modular\nsweep: {seeds: 60}\n");
        for (PlannedRun run : plan.runs()) {
            SampleSweep.summary(plan.directory(run), "failed", Map.of("error", run.id() + " x".repeat(1000)));
        }
        Document page = page(plan, "test_accuracy");
        assertThat(Xml.texts(page, "aside"))
                .singleElement()
                .asString()
                .contains("…")
                .endsWith("and 10 other causes")
                .hasSizeLessThan(50 * 300);
        assertThat(Files.readString(folder.resolve("table.csv"))).contains(" x".repeat(1000));
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
