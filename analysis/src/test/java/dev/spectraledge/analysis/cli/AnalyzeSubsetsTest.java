package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.checkpoint.Fixtures;
import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnalyzeSubsetsTest {
    private static final Path FLAT = Fixtures.get("flat");

    @TempDir
    private Path folder;

    private Outcome analyze(Object... options) {
        List<Object> arguments = new ArrayList<>(List.of("analyze", "--out", folder.resolve("out"), "--no-nulls"));
        arguments.addAll(Arrays.asList(options));
        return sedge(arguments.toArray());
    }

    private Map<String, Object> document() {
        return Json.readObject(folder.resolve("out/analysis.json"));
    }

    @Test
    void whatWasTakenAndLeftOutIsInTheDocumentAndOnThePage() throws IOException {
        Outcome outcome = analyze(
                FLAT, "--subset", "transformer\\.h\\.\\d+\\.attn\\..*weight", "--include", "ln_f", "--exclude", "wpe");
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("4 checkpoints; 264 parameters in 3 tensors, 7 left out");
        assertThat(document().get("tensors").toString())
                .contains("transformer.h.0.attn.c_attn.weight", "transformer.ln_f.weight");
        Map<?, ?> leftOut = (Map<?, ?>) document().get("left_out");
        assertThat(leftOut.get("transformer.wpe.weight")).isEqualTo("excluded by 'wpe'");
        assertThat(leftOut.get("transformer.h.0.attn.bias")).isEqualTo("holds BOOL, no floating-point numbers");
        assertThat((Map<?, ?>) document().get("settings"))
                .hasToString("{stride=null, windows=[5], subset=transformer\\.h\\.\\d+\\.attn\\..*weight,"
                        + " include=[ln_f], exclude=[wpe], count_tied=false, nulls=false, seed=0,"
                        + " learning_rate=null, weight_decay=null}");
        assertThat(Files.readString(folder.resolve("out/report.html")))
                .contains("What was read", "excluded by 'wpe'", "transformer.h.0.attn.c_attn.weight");
    }

    @Test
    void everyWindowHasATable() {
        assertThat(analyze(FLAT, "--windows", "3,2", "--subset", "all").exitCode())
                .isZero();
        assertThat((List<?>) document().get("tables"))
                .map(Object::toString)
                .containsExactly("spectrum.csv", "spectrum_w2.csv", "groups.csv");
        assertThat(folder.resolve("out/spectrum_w2.csv")).exists();
        Outcome tooSmall = analyze(FLAT, "--windows", "3,1");
        assertThat(tooSmall.exitCode()).isEqualTo(2);
        assertThat(tooSmall.err()).contains("--window must be 2 to");
    }

    @Test
    void anExpressionThatMatchesNothingIsAMisunderstanding() {
        Outcome outcome = analyze(FLAT, "--subset", "transfomer\\.wte");
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.err())
                .contains("--subset 'transfomer\\.wte' is not one of attention", "did you mean 'transformer.wte'?");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    /** What has been read once is not looked at again: its numbers may be gone, as long as the files seem the same. */
    @Test
    void keptProductsAreNotComputedAgain() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("copy"));
        List<Path> files = new ArrayList<>();
        try (Stream<Path> listed = Files.list(FLAT)) {
            for (Path file : listed.sorted().toList()) {
                files.add(Files.copy(file, copy.resolve(file.getFileName())));
            }
        }
        assertThat(analyze(copy, "--window", 2, "--subset", "all", "--keep-products")
                        .exitCode())
                .isZero();
        String table = Files.readString(folder.resolve("out/spectrum.csv"));
        for (Path file : files) {
            FileTime changed = Files.getLastModifiedTime(file);
            byte[] bytes = Files.readAllBytes(file);
            Arrays.fill(bytes, bytes.length - 1000, bytes.length, (byte) 0);
            Files.write(file, bytes);
            Files.setLastModifiedTime(file, changed);
        }
        assertThat(analyze(copy, "--window", 2, "--subset", "all", "--keep-products")
                        .exitCode())
                .isZero();
        assertThat(folder.resolve("out/spectrum.csv")).hasContent(table);
        assertThat(analyze(copy, "--window", 2, "--subset", "all").exitCode()).isZero();
        assertThat(Files.readString(folder.resolve("out/spectrum.csv"))).isNotEqualTo(table);
    }
}
