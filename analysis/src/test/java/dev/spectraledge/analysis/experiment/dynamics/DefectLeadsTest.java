package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.SyntheticRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DefectLeadsTest {
    private static final long END = 2000;

    @TempDir
    private Path folder;

    /** Records every 100 steps, the defect rises at step 1000; multiplication groks at 1600, addition at 1800. */
    private Findings ofTwoTasks() throws IOException {
        Files.writeString(folder.resolve("metrics.csv"), """
            step,test_accuracy,test_accuracy_add,test_accuracy_mul
            1500,0.1,0.1,0.6
            1600,0.4,0.4,0.99
            1700,0.6,0.6,0.99
            1800,0.98,0.98,0.99
            1900,0.98,0.99,0.98
            2000,0.98,0.98,0.99
            """);
        Findings findings = new Findings();
        try (StudiedRun run = SyntheticRun.write(
                folder, "modular", 1, 3, (index, attention, backend) -> {}, "task.operation=add+mul")) {
            double[] defects = new double[21];
            Arrays.fill(defects, 1);
            Arrays.fill(defects, 10, 21, 100);
            new DefectLeads(run, END, findings)
                    .add(
                            LongStream.rangeClosed(0, 20)
                                    .map(record -> 100 * record)
                                    .toArray(),
                            defects);
        }
        return findings;
    }

    @Test
    void eachTaskHasItsOwnLead() throws IOException {
        Findings findings = ofTwoTasks();
        assertThat(findings.value(Procedure.PUBLISHED, "onset-step", "rolling-maximum", END))
                .hasValue(1000);
        assertThat(findings.value(Procedure.PUBLISHED, "grok-step", "sustained-98/mul", END))
                .hasValue(1600);
        assertThat(findings.value(Procedure.PUBLISHED, "lead", "sustained-98/mul", END))
                .hasValue(600);
        assertThat(findings.value(Procedure.PUBLISHED, "lead", "sustained-98/add", END))
                .hasValue(800);
        assertThat(findings.value(Procedure.PUBLISHED, "lead", "sustained-98", END))
                .hasValue(800);
        assertThat(findings.value(Procedure.PUBLISHED, "lead", "first-50/mul", END))
                .hasValue(500);
        assertThat(findings.value(Procedure.PUBLISHED, "lead", "first-50", END)).hasValue(700);
        assertThat(findings.value(Procedure.PUBLISHED, "lead", "first-90", END)).hasValue(800);
    }
}
