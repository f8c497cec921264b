package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NeighboursTest {
    @TempDir
    private Path folder;

    private void write(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "");
    }

    @Test
    void linksLeadToPagesThatAreThere() throws IOException {
        write("results/lifecycle-dyck/lifecycle.html");
        write("results/lifecycle-scan/lifecycle.html");
        write("results/lifecycle-empty/lifecycle.csv");
        write("results/lifecycles/lifecycle.html");
        write("results/thesis/thesis.html");
        write("results/sed/sed.html");
        Neighbours neighbours = new Neighbours(folder.resolve("results/sed"));
        Map<String, String> lifecycle = neighbours.pages("lifecycle");
        assertThat(lifecycle)
                .containsExactly(
                        Map.entry("dyck", "../lifecycle-dyck/lifecycle.html"),
                        Map.entry("scan", "../lifecycle-scan/lifecycle.html"));
        assertThat(neighbours.pages("thesis")).containsExactly(Map.entry("thesis", "../thesis/thesis.html"));
        assertThat(neighbours.pages("sed")).as("itself").isEmpty();
        for (String link : lifecycle.values()) {
            assertThat(folder.resolve("results/sed").resolve(link)).exists();
        }
    }

    @Test
    void theReadmeIsThatOfTheProgram() throws IOException {
        write("program/bench/results/README.md");
        write("program/bench/results/sed/sed.html");
        Path page = folder.resolve("program/bench/results/sed");
        assertThat(new Neighbours(page).readme()).as("no program around it").isEmpty();
        write("program/README.md");
        write("program/sedge");
        assertThat(new Neighbours(page).readme()).contains("../../../README.md");
    }
}
