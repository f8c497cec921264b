package dev.spectraledge.analysis.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class InputSectionTest {
    @TempDir
    private Path folder;

    @Test
    void sayWhatWasTakenAndWhatWasLeftOutAndWhy() throws IOException {
        SampleRun.text(folder, "spectrum.csv", "step,sigma_1,sigma_2\n100,2,1\n200,3,1\n");
        SampleRun.text(folder, "analysis.json", """
            {"source": {"folder": "my-run"}, "snapshots": 7, "parameters": 12345,
             "tensors": ["h.0.attn.weight", "</script><b>"],
             "left_out": {"wte.weight": "is no attention", "h.0.attn.bias": "is a mask"},
             "files_left_out": {"notes.txt": "is no checkpoint"}}
            """);
        Document page = Xml.parse(Files.readString(Report.of(folder).write()));
        assertThat(Xml.texts(page, "h2")).contains("What was read");
        assertThat(Xml.texts(page, "p"))
                .contains("7 checkpoints; 2 tensors with 12\u2009345 parameters of each taken; 2 tensors left out.");
        assertThat(Xml.texts(page, "summary"))
                .contains(
                        "Tensors that were taken (2)",
                        "Tensors that were left out (2)",
                        "Files that were left out (1)");
        assertThat(Xml.texts(page, "li")).contains("h.0.attn.weight", "</script><b>");
        assertThat(Xml.texts(page, "tr")).contains("h.0.attn.biasis a mask", "notes.txtis no checkpoint");
    }
}
