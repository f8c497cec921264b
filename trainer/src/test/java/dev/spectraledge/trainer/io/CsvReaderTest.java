package dev.spectraledge.trainer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.fuzz.FuzzTrial;
import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        write("x".repeat(TextLines.LONGEST_LINE + 1));
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

    /** A file may have many times the lines of these, which are long enough to be seen beside what any reader may take. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1,2,3\n",
                ",,\n",
                "nan,inf,-inf\n",
                ",,0.3\n",
                "0.1,.5,\n",
                "1.2345678901234567e-123,3,3.0123456789012345\n",
                "12,345678,9\r\n"
            })
    void takesLessThanFourTimesAFilesSize(String line) throws IOException {
        int lines = (8 << 20) / line.length();
        Path file = folder.resolve("a.csv");
        try (Writer writer = Files.newBufferedWriter(file)) {
            writer.write("a,b,c\n");
            String page = line.repeat(1 << 10);
            for (int written = 0; written < lines; written += 1 << 10) {
                writer.write(page);
            }
        }

        CsvReader read = FuzzTrial.readWithLittleMemory(Files.size(file), () -> CsvReader.read(file));

        assertThat(read.rows()).isGreaterThanOrEqualTo(lines);
        double[] expected = new double[read.rows()];
        Arrays.fill(expected, CsvReader.read(write("a,b,c\n" + line)).column("c")[0]);
        assertThat(read.column("c")).isEqualTo(expected);
    }

    @Test
    void aWideTableTakesNoMore() throws IOException {
        int columns = 150_000;
        StringBuilder header = new StringBuilder();
        for (int column = 0; column < columns; column++) {
            header.append(column == 0 ? "" : ",").append(Integer.toString(column, Character.MAX_RADIX));
        }
        String line = ",".repeat(columns - 1) + "\n";
        Path file = write(header + "\n" + line.repeat(100));

        CsvReader read = FuzzTrial.readWithLittleMemory(Files.size(file), () -> CsvReader.read(file));

        assertThat(read.column("1")).hasSize(100).containsOnly(Double.NaN);
    }

    /** Many blocks of rows, in which every kind of number stands at any place. */
    @Test
    void numbersAreThoseOfTheText() throws IOException {
        RandomGenerator random = new SplittableRandom(5);
        List<String> first = new ArrayList<>();
        StringBuilder text = new StringBuilder("x,y\n");
        for (int row = 0; row < 100_000; row++) {
            String cell = switch (random.nextInt(5)) {
                case 0 -> "";
                case 1 -> "-0.0";
                case 2 -> Integer.toString(random.nextInt(-200, 200));
                case 3 -> Double.toString(Double.longBitsToDouble(random.nextLong()));
                default -> Long.toString(random.nextLong()) + random.nextLong(Long.MAX_VALUE) + "e-30";
            };
            first.add(cell);
            text.append(cell).append(',').append(row).append('\n');
        }

        CsvReader read = CsvReader.read(write(text.toString()));

        assertThat(read.column("x"))
                .isEqualTo(first.stream()
                        .mapToDouble(cell -> cell.isEmpty() ? Double.NaN : Double.parseDouble(cell))
                        .toArray());
        assertThat(read.column("y"))
                .isEqualTo(IntStream.range(0, 100_000).asDoubleStream().toArray());
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
