package dev.spectraledge.analysis.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.analysis.Python;
import dev.spectraledge.analysis.report.SampleRun;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.CsvReader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NpzExportTest {
    @TempDir
    private Path folder;

    @Test
    void numberedColumnsAreOneMatrix() throws Exception {
        Path run = Files.createDirectory(folder.resolve("run"));
        Files.writeString(run.resolve("metrics.csv"), "step,test_loss,test_accuracy_1\n0,1,2\n");
        Files.writeString(run.resolve("events.csv"), "step,event,detail\n0,grok,at last\n");
        Files.writeString(
                run.resolve("spectrum_x.csv"), "step,sigma_1,sigma_2,rotation_12,energy_2,energy_1\n5,1,2,3,4,5\n");
        Path file = folder.resolve("out.npz");
        NpzExport.write(run, file);
        try (ZipFile archive = new ZipFile(file.toFile())) {
            assertThat(archive.stream().map(ZipEntry::getName))
                    .containsExactlyInAnyOrder(
                            "metrics/step.npy",
                            "metrics/test_loss.npy",
                            "metrics/test_accuracy.npy",
                            "spectrum_x/step.npy",
                            "spectrum_x/sigma.npy",
                            "spectrum_x/rotation_12.npy",
                            "spectrum_x/energy_2.npy",
                            "spectrum_x/energy.npy");
        }
    }

    @Test
    void numPyReadsEveryColumn() throws Exception {
        Python python = Python.with("numpy");
        Path run = SampleRun.writeTo(folder.resolve("run"));
        Path file = folder.resolve("arrays.npz");
        NpzExport.write(run, file);
        String script = """
                import hashlib, sys, numpy
                arrays = numpy.load(sys.argv[1])
                for name in arrays.files:
                    array = arrays[name]
                    for column in [array] if array.ndim == 1 else array.T:
                        print(name, array.dtype.str, array.shape, hashlib.sha256(column.tobytes()).hexdigest())
                """;
        CsvReader metrics = CsvReader.read(run.resolve("metrics.csv"));
        CsvReader spectrum = CsvReader.read(run.resolve("spectrum.csv"));
        String sigma = "spectrum/sigma <f8 (" + spectrum.rows() + ", 5) ";
        assertThat(python.run(script, file).lines())
                .hasSizeGreaterThan(100)
                .contains(
                        "metrics/test_loss <f8 (37,) " + sha256(metrics.column("test_loss")),
                        "metrics/gradient_norm <f8 (37,) " + sha256(metrics.column("gradient_norm")),
                        sigma + sha256(spectrum.column("sigma_1")),
                        sigma + sha256(spectrum.column("sigma_5")))
                .anyMatch(line -> line.startsWith("metrics/step <i8 (37,) "));
    }

    @Test
    void whatIsNoRunDirectoryIsOneLine() {
        assertThatThrownBy(() -> NpzExport.write(folder, folder.resolve("a.npz")))
                .isInstanceOf(RunException.class)
                .hasMessage(folder + " is not a run directory: it holds no tables, such as metrics.csv");
        Path nowhere = folder.resolve("nowhere");
        assertThatThrownBy(() -> NpzExport.write(nowhere, folder.resolve("a.npz")))
                .isInstanceOf(RunException.class)
                .hasMessage("no such run directory: " + nowhere);
    }

    private static String sha256(double[] values) throws NoSuchAlgorithmException {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asDoubleBuffer().put(values);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.array()));
    }
}
