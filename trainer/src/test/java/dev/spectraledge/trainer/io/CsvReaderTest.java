package dev.spectraledge.trainer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvReaderTest {
    @TempDir
    Path folder;

    @Test
    void readsColumnsOfOtherPrograms() throws IOException {
        CsvReader read = CsvReader.read(write("epoch,test acc\r\n1, 0.5\r\n2,nan\r\n3,-inf\r\n4,1e-3\r\n5,cut"));
        assertThat(read.rows()).isEqualTo(4);
        assertThat(read.column("epoch")).containsExactly(1, 2, 3, 4);
        assertThat(read.column("test acc")).containsExactly(0.5, Double.NaN, Double.NEGATIVE_INFINITY, 1e-3);
        assertThat(read.contains("loss")).isFalse();
    }

    @Test
    void givesOneLinePerFault() throws IOException {
        Path missing = folder.resolve("none.csv");
        assertFault(missing, "cannot read " + missing + ": no such file or directory");
        Path file = write("a,b\n1,2\n1,2,3\n");
        assertFault(file, file + " line 3: has 3 cells, the header has 2");
        write("a,b\n1,two\n");
        assertFault(file, file + " line 2, column 'b': 'two' is not a number");
        write("a,a\n1,2\n");
        assertFault(file, file + ": has two columns 'a'");
        write("");
        assertFault(file, file + ": has no header line");
        Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 10});
        assertFault(file, file + ": not a text file");
        write("loss\n1\n");
        assertThatThrownBy(() -> CsvReader.read(file).column("los"))
                .isInstanceOf(RunException.class)
                .hasMessage(file + ": has no column 'los'; did you mean 'loss'?");
    }

    @Test
    void refusesOtherEncodingsAndEndlessLines() throws IOException {
        Path file = write("\uFEFFa,b\n1,2\n");
        String fault = file + ": not a table in UTF-8 without a byte order mark: its header line is '";
        assertFault(file, fault + "\\ufeffa,b'");
        assertThatThrownBy(() -> new CsvTail(file)).hasMessage(fault + "\\ufeffa,b'");
        Files.write(file, "a\n".getBytes(StandardCharsets.UTF_16LE));
        assertFault(file, fault + "a\\u0000'");
        write("x".repeat(CsvReader.LONGEST_LINE + 1));
        assertFault(file, file + ": not a table: a line has more than 1048576 bytes");
    }

    @Test
    void quotesCellsCutAndWithoutWhatATerminalObeys() throws IOException {
        Path file = write("a\u001b[2J\n" + "1".repeat(100) + "\u0007" + "x".repeat(1_000) + "\n");
        assertFault(
                file,
                file + " line 2, column 'a\\u001b[2J': '" + "1".repeat(100) + "\\u0007" + "x".repeat(93)
                        + "…' is not a number");
    }

    private static void assertFault(Path file, String message) {
        assertThatThrownBy(() -> CsvReader.read(file))
                .isInstanceOf(RunException.class)
                .hasMessage(message);
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("a.csv"), text);
    }
}
