package dev.spectraledge.analysis.metrics;

import dev.spectraledge.kernels.fuzz.FuzzTrial;
import dev.spectraledge.kernels.fuzz.FuzzedFormat;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.CsvReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of metrics that are nearly right; what is read of them can be written and read again. */
@Tag("fuzz")
class MetricsFuzzTest {
    private static final List<FuzzedFormat> FORMATS = List.of(
            new FuzzedFormat(
                    "metrics.csv",
                    List.of(
                            "step,loss,\"a, b\",note\n0,1.5,,x\n10,inf,nan,\"y, \"\"z\"\"\"\n20,,-1e-3,\n",
                            "epoch,iter,train/loss,val_loss\n0,0,2,\n0,0,,3\n1,50,1,None\n"),
                    List.of("step", "\n", "\"", "nan", "-inf", "20,", ",,"),
                    MetricsFuzzTest::readAndWrite),
            new FuzzedFormat(
                    "metrics.jsonl",
                    List.of(
                            "{\"step\": 1, \"loss\": NaN}\n{\"step\": 2, \"loss\": 1.5, \"val\": {\"loss\": 2}}\n",
                            "{\"config\": {}}\n{\"iter\": 3, \"lr\": 1e-3, \"tags\": [1]}\n"),
                    List.of("\"step\"", "Infinity", "}\n{", "\n", "{\"a\":", "1e400"),
                    MetricsFuzzTest::readAndWrite),
            new FuzzedFormat(
                    "trainer_state.json",
                    List.of("{\"log_history\": [{\"loss\": 2.5, \"step\": 10}, {\"eval_loss\": NaN, \"step\": 10}],"
                            + " \"total_flos\": 123456789012345678901}"),
                    List.of("\"log_history\"", "\"step\"", "[", "]", "{}"),
                    MetricsFuzzTest::readAndWrite));

    @TempDir
    private static Path folder;

    private static void readAndWrite(Path file) {
        ForeignMetrics metrics = MetricsFile.read(file, Optional.empty());
        Path again = folder.resolve("again");
        metrics.writeTo(again);
        CsvReader.read(again.resolve(ForeignMetrics.FILE_NAME));
    }

    static Stream<FuzzedFormat> formats() {
        return FORMATS.stream();
    }

    @ParameterizedTest
    @MethodSource("formats")
    void everyMutantIsReadOrRefusedInOneLine(FuzzedFormat format) throws Exception {
        Files.createDirectories(folder.resolve("again"));
        Path own = Files.createDirectories(folder.resolve(format.fileName() + ".d"));
        int share = Math.max(1, FuzzTrial.MUTANTS / FORMATS.size());
        new FuzzTrial(
                        format,
                        own,
                        share,
                        refusal -> refusal instanceof RunException || refusal instanceof UsageException)
                .run();
    }
}
