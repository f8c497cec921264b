package dev.spectraledge.analysis.report.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.spectraledge.analysis.checkpoint.Fixtures;
import dev.spectraledge.analysis.offline.OfflineAnalysis;
import dev.spectraledge.analysis.offline.OfflineSettings;
import dev.spectraledge.analysis.offline.ReadProgress;
import dev.spectraledge.analysis.offline.TensorSelection;
import dev.spectraledge.analysis.paper.PaperReport;
import dev.spectraledge.analysis.paper.lifecycle.LifecyclePaper;
import dev.spectraledge.analysis.report.LiveRun;
import dev.spectraledge.analysis.report.Report;
import dev.spectraledge.analysis.report.SampleRun;
import dev.spectraledge.analysis.report.compare.RunComparison;
import dev.spectraledge.analysis.report.live.LiveServer;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.SvgFigure;
import dev.spectraledge.analysis.report.sweep.SampleSweep;
import dev.spectraledge.analysis.report.sweep.SweepReport;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pages in a real browser, as people use them. What is looked at stands in {@code src/test/browser/pages.mjs}; it needs Node.js
 * with npm, and Chromium, and is skipped where they are missing. Screenshots are left in {@code target/browser}.
 */
@Tag("browser")
class BrowserTest {
    private static final Path SOURCES = Path.of("src", "test", "browser");
    private static final Path WORK = Path.of("target", "browser").toAbsolutePath();
    private static final Path KEPT_TABLE =
            Path.of("..", "bench", "results", "amd-epyc-2-processors", "lifecycle-dyck", "lifecycle.csv");

    private static final String SWEEP = """
        task: dyck
        training.steps: 5000
        sweep:
          grid: {training.weightDecay: [1, 0.5, 0], training.learningRate: [1e-3, 3e-4]}
          seeds: [42, 137, 2024]
        """;

    @TempDir
    private Path folder;

    @TestFactory
    List<DynamicTest> pages() throws IOException, InterruptedException {
        Path chromium = Stream.of("chromium", "chromium-browser", "google-chrome")
                .flatMap(name -> onPath(name).stream())
                .findFirst()
                .orElse(null);
        assumeTrue(chromium != null, "skipped: no chromium on the PATH");
        assumeTrue(onPath("node").isPresent(), "skipped: no node on the PATH");
        assumeTrue(onPath("npm").isPresent(), "skipped: no npm on the PATH");
        installModules();
        List<String> lines = look(chromium);
        assertThat(lines).as("the script's last line").endsWith("end");
        return lines.stream()
                .filter(line -> !line.equals("end"))
                .map(line -> DynamicTest.dynamicTest(
                        line.replaceFirst("^(not )?ok ", ""),
                        () -> assertThat(line).startsWith("ok ")))
                .toList();
    }

    private static Optional<Path> onPath(String program) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The versions of the lock file, from the registry; kept for the next time. */
    private static void installModules() throws IOException, InterruptedException {
        Files.createDirectories(WORK);
        Path lock = WORK.resolve("package-lock.json");
        boolean current = Files.exists(lock)
                && Files.mismatch(lock, SOURCES.resolve("package-lock.json")) < 0
                && Files.isDirectory(WORK.resolve("node_modules"));
        if (!current) {
            Files.copy(
                    SOURCES.resolve("package.json"), WORK.resolve("package.json"), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(SOURCES.resolve("package-lock.json"), lock, StandardCopyOption.REPLACE_EXISTING);
            Path log = WORK.resolve("npm.log");
            int exit = new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                    .directory(WORK.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start()
                    .waitFor();
            if (exit != 0) {
                Files.delete(lock);
            }
            assumeTrue(
                    exit == 0, () -> "skipped: npm cannot install playwright-core and axe-core; " + log + " says why");
        }
    }

    /** One figure as an experiment saves it, and two that only look like it. */
    private static void addFindings(Path run) throws IOException {
        double[] x = {1, 2, 3};
        Panel panel = new Panel(
                "Found </script><script>document.title = 'taken'</script>",
                Axis.linear("step of the experiment"),
                Axis.linear("<img src=x onerror=alert(1)>"),
                List.of(),
                List.of(Line.solid("</metadata><b>bold</b>", x, x, 0)),
                List.of(),
                List.of());
        String saved = SvgFigure.document(new Figure("found", "What was found", 1, List.of(panel)));
        Path folder = Files.createDirectories(run.resolve("experiments"));
        Files.writeString(folder.resolve("told-a.svg"), saved);
        Files.writeString(
                folder.resolve("told-b.svg"),
                "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script><metadata>{\"panels\":"
                        + " 7}</metadata></svg>");
        Files.writeString(
                folder.resolve("told-c.svg"),
                saved.replaceFirst("&quot;positions&quot;:", "&quot;positions&quot;:null,&quot;others&quot;:"));
        Files.writeString(folder.resolve("told.json"), """
            {"experiment": "told", "question": "What?", "remarks": [],
             "figures": ["told-a.svg", "told-b.svg", "told-c.svg"],
             "measurements": [{"procedure": "published", "quantity": "angle", "item": "v1", "step": 1, "value": 2}]}
            """);
    }

    /** Of checkpoints of another program with an optimiser's state, so that there are parts of single steps. */
    private Path analysis() {
        OfflineSettings settings = new OfflineSettings(
                Fixtures.get("nanogpt"),
                folder.resolve("analysis"),
                OptionalLong.empty(),
                List.of(3),
                TensorSelection.of("all", List.of(), List.of(), false),
                true,
                7,
                false,
                OptionalDouble.empty(),
                OptionalDouble.empty());
        try (Workers workers = new Workers(1)) {
            new OfflineAnalysis(settings, workers, ReadProgress.silent()).run();
        }
        return Report.of(settings.output()).write();
    }

    private List<String> look(Path chromium) throws IOException, InterruptedException {
        Path run = SampleRun.writeTo(folder.resolve("run"));
        addFindings(run);
        Path sweep = SampleSweep.write(folder.resolve("sweep"), SWEEP).root();
        Path paper = PaperReport.judgedAgain(LifecyclePaper.read(), KEPT_TABLE, folder.resolve("paper"))
                .write();
        Path growing = SampleRun.writeTo(folder.resolve("growing"));
        Files.writeString(growing.resolve("summary.json"), "{\"state\": \"running\"}");
        Files.writeString(growing.resolve("events.csv"), "step,event,detail\n");
        try (LiveServer live = LiveServer.open(LiveServer.THIS_MACHINE, 0, new LiveRun(growing))) {
            Map<String, Object> pages = new LinkedHashMap<>();
            pages.put("run", Report.of(run).write().toUri().toString());
            pages.put(
                    "sweep",
                    SweepReport.write(sweep, SweepReport.DEFAULT_COLUMN).toUri().toString());
            pages.put("paper", paper.toUri().toString());
            pages.put("analysis", analysis().toUri().toString());
            pages.put(
                    "comparison",
                    new RunComparison(List.of(run, SampleRun.writeTo(folder.resolve("beside"))), List.of())
                            .write(folder.resolve("comparison"))
                            .toUri()
                            .toString());
            Path given = WORK.resolve("given.json");
            Json.write(
                    given,
                    Map.of(
                            "chromium", chromium,
                            "modules", WORK,
                            "out", WORK,
                            "pages", pages,
                            "live", live.address().toString(),
                            "metrics", growing.resolve("metrics.csv"),
                            "expected", Map.of("accuracy", "0.9800", "lastRow", "3600,1,0.98")));
            Path printed = WORK.resolve("checks.txt");
            int exit = new ProcessBuilder("node", SOURCES.resolve("pages.mjs").toString(), given.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(printed.toFile())
                    .start()
                    .waitFor();
            List<String> lines = Files.readAllLines(printed);
            assertThat(exit).as(String.join("\n", lines)).isZero();
            return lines;
        }
    }
}
