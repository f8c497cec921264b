package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.analysis.report.SampleRun;
import dev.spectraledge.analysis.report.Xml;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class CompareCommandTest {
    @TempDir
    private Path folder;

    private Path out() {
        return folder.resolve("out");
    }

    private Document compare(Object... arguments) throws IOException {
        List<Object> line = new ArrayList<>(List.of("compare", "-o", out()));
        line.addAll(List.of(arguments));
        Outcome outcome = sedge(line.toArray());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.out()).isEqualTo(out().resolve("report.html") + System.lineSeparator());
        return Xml.parse(Files.readString(out().resolve("report.html")));
    }

    /** A sample run with a configuration of its own. */
    private Path run(String name, String settings, String... without) throws IOException {
        Path run = SampleRun.writeTo(folder.resolve(name));
        Files.writeString(run.resolve("config.json"), "{" + settings + ", \"out\": \"" + name + "\"}");
        for (String file : without) {
            Files.delete(run.resolve(file));
        }
        return run;
    }

    @Test
    void curvesAreOverlaidAndWhatDiffersIsInATable() throws IOException {
        Path first = run("one", "\"training\": {\"seed\": 42, \"weightDecay\": 1.0}");
        Path second = run("two", "\"training\": {\"seed\": 42, \"weightDecay\": 0.0, \"clip\": 5}");
        Files.writeString(
                second.resolve("summary.json"), "{\"state\": \"done\", \"grok_step\": null, \"final_step\": 900}");
        Files.writeString(second.resolve("events.csv"), "step,event,detail\n900,finished,\"early, as asked\"\n");
        Files.writeString(second.resolve("metrics.csv"), "step,train_loss,test_loss\n0,3,3\n900,0.5,0.25\n");
        Document page = compare(first, second);

        assertThat(Xml.texts(page, "h1")).containsExactly("one and two");
        assertThat(Xml.texts(page, "h2"))
                .containsExactly(
                        "Learning",
                        "The spectral edge",
                        "What differs",
                        "Results",
                        "Events",
                        "Configuration",
                        "Files of this comparison");
        assertThat(Xml.texts(page, "text"))
                .contains("Training loss", "Test accuracy", "Gap ratio R", "Position of the edge k*", "one", "two");
        List<String> rows = Xml.texts(page, "tr");
        assertThat(rows)
                .contains("training.weightDecay" + "1.0" + "0.0", "training.clip" + "–" + "5")
                .contains(
                        "grok step" + "600" + "–", "last step" + "3600" + "900", "last test_loss" + "0.3000" + "0.2500")
                .contains("600" + "one" + "grok" + "test accuracy 0.953, at last")
                .contains("900" + "two" + "finished" + "early, as asked")
                .contains("training.seed" + "42")
                .noneMatch(row -> row.startsWith("out"));
        assertThat(Xml.texts(page, "figcaption").getFirst()).contains("Without train_accuracy, test_accuracy: two.");
        Document learning = Xml.parse(Files.readString(out().resolve("figures/learning.svg")));
        assertThat(Xml.texts(learning, "title")).contains("one: grokked at step 600");
        assertThat(Xml.elements(page, "a").stream()
                        .map(link -> link.getAttribute("href"))
                        .filter(target -> !target.startsWith("#")))
                .hasSizeGreaterThanOrEqualTo(7)
                .allSatisfy(
                        target -> assertThat(out().resolve(target).normalize()).exists());

        assertThat(Files.readAllLines(out().resolve("runs.csv")))
                .hasSize(3)
                .startsWith("run,training.weightDecay,training.clip,state,grok_step,final_step,final_train_loss,"
                        + "final_test_loss,final_train_accuracy,final_test_accuracy,final_gap_ratio,final_k_star,"
                        + "final_sigma_1,final_rotation_1")
                .anyMatch(line -> line.startsWith("two,0.0,5,done,,900,0.5,0.25,,,"));
        assertThat(Files.readAllLines(out().resolve("curves.csv")))
                .startsWith("run,column,step,value")
                .contains("two,test_loss,900,0.25", "one,train_loss,200,0.005");
    }

    @Test
    void anyColumnOfAnyObserverCanBeAskedFor() throws IOException {
        Path first = run("one", "\"a\": 1");
        Path second = run("two", "\"a\": 1");
        Document page = compare(first, second, "--column", "everyStep/g23,parameter_norm");
        assertThat(Xml.texts(page, "text"))
                .contains("everyStep/g23", "parameter_norm")
                .doesNotContain("Test loss");
        assertThat(Xml.texts(page, "p")).contains("No setting differs: the runs have the same configuration.");
        assertThat(Files.readAllLines(out().resolve("curves.csv"))).contains("one,everyStep/g23,3600,0.25");

        Outcome near = sedge("compare", first, second, "--column", "gap_ration");
        assertThat(near.exitCode()).isEqualTo(2);
        assertThat(near.err().lines())
                .containsExactly("sedge: --column: none of the runs has numbers in a column 'gap_ration'; did you mean"
                        + " 'gap_ratio'?");
        assertThat(sedge("compare", first, second, "--column", "zzz").err())
                .contains("; there are train_loss, train_accuracy");
    }

    @Test
    void runsOfDifferentTasksAnalysesAndRunsWithoutSpectraStandBesideEachOther() throws IOException {
        Path dyck = run("dyck", "\"task\": {\"name\": \"dyck\", \"depth\": 4}");
        Path modular = run(
                "modular",
                "\"task\": {\"name\": \"modular\", \"prime\": 97}",
                "spectrum.csv",
                "spectrum_everyStep.csv",
                "spectrum_null.csv");
        Path analysis = run("analysis", "\"a\": 1", "config.json", "summary.json", "metrics.csv", "events.csv");
        Files.writeString(
                analysis.resolve("analysis.json"),
                "{\"source\": \"theirs\", \"settings\": {\"window\": 5}, \"tensors\": [\"a\", \"b\"]}");
        Document page = compare(dyck, modular, analysis);
        assertThat(Xml.texts(page, "tr"))
                .contains(
                        "task.prime" + "–" + "97" + "–",
                        "task.name" + "dyck" + "modular" + "–",
                        "source" + "–" + "–" + "theirs",
                        "state" + "done" + "done" + "analysis")
                .noneMatch(row -> row.startsWith("tensors"));
        assertThat(Xml.texts(page, "figcaption").get(1))
                .contains("Without gap_ratio, k_star, sigma_1, rotation_1: modular.");
        assertThat(Xml.texts(page, "figcaption").get(0))
                .contains("Without train_loss, test_loss, train_accuracy, test_accuracy: analysis.");
    }

    @Test
    void aRunThatIsNamedTwiceIsShownOnceAndNamesakesAreToldApart() throws IOException {
        Path first = run("a/same", "\"a\": 1");
        Path second = run("b/same", "\"a\": 2");
        Outcome twice = sedge("compare", first, first.resolve("../same"));
        assertThat(twice.exitCode()).isEqualTo(2);
        assertThat(twice.err().lines())
                .containsExactly(
                        "sedge: a comparison needs two different runs, got 1 (same was named twice and is shown once)");
        Document page = compare(first, second, first);
        assertThat(Xml.texts(page, "h1")).containsExactly("a/same and b/same");
        assertThat(Xml.texts(page, "aside")).singleElement().asString().contains("named twice and is shown once");
    }

    @Test
    void manyRunsHaveTheColoursOfWhatDiffersAndARowEach() throws IOException {
        List<Object> runs = new ArrayList<>();
        for (int index = 0; index < 10; index++) {
            runs.add(run("r" + index, "\"training\": {\"seed\": " + index + ", \"weightDecay\": " + index % 3 + "}"));
        }
        Document page = compare(runs.toArray());
        assertThat(Xml.texts(page, "h1")).containsExactly("10 runs");
        assertThat(Xml.texts(page, "p")).contains("Colours stand for training.weightDecay, not for single runs.");
        assertThat(Xml.texts(page, "tr")).contains("r4" + "4" + "1");
        List<String> colours = Xml.elements(page, "span").stream()
                .map(span -> span.getAttribute("class"))
                .filter(classes -> classes.startsWith("swatch "))
                .toList();
        assertThat(colours).hasSize(10);
        assertThat(colours.get(3)).isEqualTo(colours.get(0)).isNotEqualTo(colours.get(1));
        assertThat(colours.get(1)).isNotEqualTo(colours.get(2));
    }

    @Test
    void theDocumentIsForPrograms() throws IOException {
        Path first = run("one", "\"a\": 1");
        Path second = run("two", "\"a\": 2");
        Outcome outcome = sedge("compare", first, second, "--column", "gap_ratio", "-o", out(), "--json");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        Map<String, Object> document = Json.parseObject(outcome.out(), "output");
        assertThat(document).containsEntry("report", out() + "/report.html");
        assertThat((List<?>) document.get("columns")).hasToString("[gap_ratio]");
        assertThat((List<?>) document.get("runs"))
                .hasSize(2)
                .first()
                .satisfies(run -> assertThat((Map<?, ?>) run)
                        .hasToString("{run=one, directory=" + first.toRealPath()
                                + ", state=done, grok_step=600, final_step=3600, differs={a=1},"
                                + " last={gap_ratio=0.25}, absent=[]}"));
        document.remove("report");
        assertThat(Json.readObject(out().resolve("comparison.json"))).isEqualTo(document);
    }

    @Test
    void theFolderOfSomethingElseIsNotWrittenInto() throws IOException {
        Path first = run("one", "\"a\": 1");
        Path second = run("two", "\"a\": 2");
        Outcome outcome = sedge("compare", first, second, "-o", first);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err()).contains("--out cannot be " + first);
        Outcome none = sedge("compare", first, folder);
        assertThat(none.exitCode()).isEqualTo(1);
        assertThat(none.err()).contains("is not a run directory");
        assertThat(sedge("compare", first, folder.resolve("none")).err())
                .contains("cannot read " + folder.resolve("none") + ": no such file or directory");
    }
}
