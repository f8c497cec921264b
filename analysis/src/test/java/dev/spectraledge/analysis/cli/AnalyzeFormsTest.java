package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.checkpoint.Fixtures;
import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sedge analyze} on checkpoints of other programs. */
class AnalyzeFormsTest {
    @TempDir
    private Path folder;

    private Outcome analyze(Path checkpoints, String out) {
        return sedge(
                "analyze", checkpoints, "--no-nulls", "--window", "2", "--subset", "all", "--out", folder.resolve(out));
    }

    @Test
    void everyFormOfOneModelHasTheSameSpectra() throws IOException {
        String expected = null;
        for (String form : new String[] {"flat", "sharded", "nanogpt"}) {
            Outcome outcome = analyze(Fixtures.get(form), form);
            assertThat(outcome.exitCode()).as(outcome.err()).isZero();
            String sigmas = Files.readAllLines(folder.resolve(form + "/spectrum.csv")).stream()
                    .map(line -> List.of(line.split(",", -1)).subList(0, 3))
                    .toList()
                    .toString();
            expected = expected == null ? sigmas : expected;
            assertThat(sigmas).as(form).isEqualTo(expected);
        }
    }

    @Test
    void theExactPartsOfStepsAreATableAndAFigureOfTheirOwn() throws IOException {
        Outcome outcome = analyze(Fixtures.get("nanogpt"), "out");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        Path out = folder.resolve("out");
        assertThat(Files.readAllLines(out.resolve("step_parts.csv")))
                .hasSize(1 + 4 * 6)
                .anyMatch(line -> line.startsWith("3,transformer.h.0.mlp.c_fc.weight,16,8,"));
        assertThat(Files.readString(out.resolve("report.html")))
                .contains(
                        "Exact parts of single steps",
                        "a rolling window needs the updates of neighbouring steps",
                        "transformer.h.0.mlp.c_fc.weight",
                        "Share of the gradient part");
        assertThat(out.resolve("figures/step-parts.svg")).exists();
        Files.writeString(out.resolve("step_parts.csv"), "step,tensor\n1,<script>\n");
        assertThat(sedge("report", out).exitCode())
                .as("a damaged table leaves the rest readable")
                .isZero();
        assertThat(Files.readString(out.resolve("report.html"))).doesNotContain("Exact parts of single steps");
    }

    /** nanoGPT's norms do not decay, so there is no ω for all of its parameters. */
    @Test
    void theDecayOfAStateHoldsForParametersThatDecay() {
        assertThat(analyze(Fixtures.get("nanogpt"), "all").err()).contains("learning rate or weight decay unknown");
        Outcome matrices = sedge(
                "analyze", Fixtures.get("nanogpt"), "--no-nulls", "--window", "2", "--out", folder.resolve("matrices"));
        assertThat(matrices.exitCode()).as(matrices.err()).isZero();
        assertThat(matrices.err()).doesNotContain("unknown");
    }

    @Test
    void aPickleWithCodeIsOneLineAndNothingIsWritten() throws IOException {
        Path theirs = Files.createDirectory(folder.resolve("theirs"));
        for (int step = 1; step <= 3; step++) {
            byte[] good = Files.readAllBytes(Fixtures.get("nanogpt/out-" + step + "/ckpt.pt"));
            String changed =
                    new String(good, ISO_8859_1).replace("ccollections\nOrderedDict\n", "cposix123456\nxxsystemxxx\n");
            Files.write(theirs.resolve("ckpt_" + step + ".pt"), changed.getBytes(ISO_8859_1));
        }
        Outcome outcome = analyze(theirs, "none");
        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err().lines())
                .filteredOn(line -> !line.startsWith("WARNING"))
                .singleElement()
                .asString()
                .contains(
                        "ckpt_1.pt: its pickle names 'posix123456.xxsystemxxx' (GLOBAL at byte ",
                        "nothing in it was executed");
        assertThat(folder.resolve("none")).doesNotExist();
    }
}
