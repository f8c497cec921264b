package dev.spectraledge.analysis.export;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.Python;
import dev.spectraledge.analysis.report.SampleRun;
import dev.spectraledge.trainer.io.CsvReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardCopyTest {
    /** Prints tag, number of points, first step, last step and last value of every scalar. */
    private static final String READ = """
            import sys
            from tensorboard.backend.event_processing.event_accumulator import EventAccumulator, SCALARS
            events = EventAccumulator(sys.argv[1], size_guidance={SCALARS: 0})
            events.Reload()
            for tag in sorted(events.Tags()['scalars']):
                points = events.Scalars(tag)
                print(tag, len(points), points[0].step, points[-1].step, '%.6e' % points[-1].value)
            """;

    @TempDir
    private Path folder;

    @Test
    void tensorBoardReadsEveryMetricAndTheMainSpectrum() throws Exception {
        Python python = Python.with("tensorboard");
        Path run = SampleRun.writeTo(folder.resolve("run"));
        Path file = run.resolve(TensorBoardCopy.FILE_NAME);
        TensorBoardCopy.write(run, file);
        List<String> lines = python.run(READ, run).lines().toList();
        CsvReader metrics = CsvReader.read(run.resolve("metrics.csv"));
        CsvReader spectrum = CsvReader.read(run.resolve("spectrum_everyStep.csv"));
        assertThat(lines)
                .contains(
                        line("test/accuracy", 37, 0, metrics, "test_accuracy"),
                        line("batch/loss", 36, 100, metrics, "batch_loss"),
                        line("metrics/learning_rate", 37, 0, metrics, "learning_rate"),
                        line("spectrum_everyStep/sigma_5", spectrum.rows(), 2, spectrum, "sigma_5"),
                        line("spectrum_everyStep/gap_ratio", spectrum.rows(), 2, spectrum, "gap_ratio"))
                .hasSize(8 + 2 * 7);
    }

    @Test
    void aFileThatGrowsGoesOnWhereItWasComplete() throws Exception {
        growAndResume();
    }

    @Test
    void aFileThatGrewHasEveryRowOnce() throws Exception {
        Python python = Python.with("tensorboard");
        assertThat(python.run(READ, growAndResume())).isEqualTo("test/loss 4 0 3 5.000000e-01\n");
    }

    private Path growAndResume() throws Exception {
        Path run = Files.createDirectory(folder.resolve("run"));
        Path table = Files.writeString(run.resolve("metrics.csv"), "step,test_loss\n");
        Path file = run.resolve(TensorBoardCopy.FILE_NAME);
        try (TensorBoardCopy copy = TensorBoardCopy.resume(run, 0)) {
            append(table, "0,0.5\n");
            copy.copyUpTo(0);
            append(table, "1,0.25\n2,0.125\n");
            copy.copyUpTo(2);
        }
        long complete = Files.size(file);
        try (TensorBoardCopy copy = TensorBoardCopy.resume(run, 2)) {
            assertThat(Files.size(file)).as("nothing was missing").isEqualTo(complete);
            append(table, "3,0.5\n");
            copy.copyUpTo(3);
        }
        long more = Files.size(file);
        // As a killed process leaves it: rewound to step 2, and a resume state of step 2.
        Files.writeString(table, "step,test_loss\n0,0.5\n1,0.25\n2,0.125\n");
        try (TensorBoardCopy copy = TensorBoardCopy.resume(run, 2)) {
            assertThat(Files.size(file)).isEqualTo(complete);
            append(table, "3,0.5\n");
            copy.copyUpTo(3);
        }
        assertThat(Files.size(file)).isEqualTo(more);
        // As one leaves it that was killed between its resume state of step 1 and this file.
        Files.writeString(table, "step,test_loss\n0,0.5\n1,0.25\n");
        try (TensorBoardCopy copy = TensorBoardCopy.resume(run, 1)) {
            append(table, "2,0.125\n3,0.5\n");
            copy.copyUpTo(3);
        }
        return run;
    }

    private static void append(Path table, String rows) throws Exception {
        Files.writeString(table, rows, StandardOpenOption.APPEND);
    }

    private static String line(String tag, int points, int firstStep, CsvReader table, String column) {
        float last = (float) table.column(column)[table.rows() - 1];
        return String.format(Locale.ROOT, "%s %d %d 3600 %.6e", tag, points, firstStep, last);
    }
}
