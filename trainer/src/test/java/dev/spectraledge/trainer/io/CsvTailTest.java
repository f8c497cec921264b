package dev.spectraledge.trainer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTailTest {
    private static final double NAN = Double.NaN;

    @TempDir
    private Path folder;

    @Test
    void handsOverEachRowOnceItsLineIsComplete() throws IOException {
        Path table = write("step,loss\n1,0.5\n2,");
        CsvTail tail = new CsvTail(table);
        assertThat(tail.columns()).containsExactly("step", "loss");
        assertThat(rows(tail)).containsExactly(List.of(1.0, 0.5));
        assertThat(rows(tail)).isEmpty();
        append(table, "0.25\n3,\n4,inf\n5");
        assertThat(rows(tail)).containsExactly(List.of(2.0, 0.25), List.of(3.0, NAN), List.of(4.0, 1 / 0.0));
        append(table, ",1\n");
        assertThat(rows(tail)).containsExactly(List.of(5.0, 1.0));
    }

    @Test
    void manyRowsComeInPieces() throws IOException {
        StringBuilder text = new StringBuilder("step,loss\n");
        int count = 200_000;
        for (int step = 0; step < count; step++) {
            text.append(step).append(",0.123456\n");
        }
        List<List<Double>> rows = rows(new CsvTail(write(text.toString())));
        assertThat(rows).hasSize(count).last().isEqualTo(List.of(count - 1.0, 0.123456));
    }

    @Test
    void whatIsNoTableIsOneLine() throws IOException {
        Path headless = write("step");
        assertThatThrownBy(() -> new CsvTail(headless))
                .isInstanceOf(RunException.class)
                .hasMessage(headless + ": has no header line");
        Path endless = write("step,loss\n" + "1".repeat(2 << 20));
        CsvTail tail = new CsvTail(endless);
        assertThatThrownBy(() -> rows(tail))
                .isInstanceOf(RunException.class)
                .hasMessage(endless + ": not a table: a line has more than 1048576 bytes");
        Path words = write("step,loss\n1,0.5\n2,high\n");
        CsvTail wordTail = new CsvTail(words);
        assertThatThrownBy(() -> rows(wordTail))
                .isInstanceOf(RunException.class)
                .hasMessage(words + " line 3, column 'loss': 'high' is not a number");
    }

    private Path write(String text) throws IOException {
        return Files.writeString(Files.createTempFile(folder, "table", ".csv"), text);
    }

    private static void append(Path table, String text) throws IOException {
        Files.writeString(table, text, StandardOpenOption.APPEND);
    }

    private static List<List<Double>> rows(CsvTail tail) {
        List<List<Double>> rows = new ArrayList<>();
        tail.forEachNew(row -> rows.add(List.of(row[0], row[1])));
        return rows;
    }
}
