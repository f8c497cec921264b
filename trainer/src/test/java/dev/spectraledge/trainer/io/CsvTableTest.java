package dev.spectraledge.trainer.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.spectraledge.kernels.Allocations;
import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvTableTest {
    private static final List<String> COLUMNS = List.of("step", "loss", "edge");

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("metrics.csv");
    }

    @Test
    void writesShortestDecimalsWholeNumbersAndGaps() {
        try (CsvTable table = new CsvTable(file, COLUMNS, ExistingRows.DROP)) {
            row(table, 1, 0.1, 2);
            row(table, 2, 1e-7, Double.NaN);
            row(table, 20_000, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
            row(table, 20_000, -0.0, 1e300);
            table.begin(20_001);
            table.set(1, 123456789012345.0);
            table.setMissing(1);
            table.commit();
        }
        assertThat(file)
                .hasContent("step,loss,edge\n1,0.1,2\n2,1.0E-7,\n20000,inf,-inf\n20000,-0.0,1.0E300\n20001,,\n");
    }

    @Test
    void everyDoubleReadsBackTheSame() {
        SplittableRandom random = new SplittableRandom(11);
        double[] values = new double[3000];
        try (CsvTable table = new CsvTable(file, COLUMNS, ExistingRows.DROP)) {
            for (int index = 0; index < values.length; index++) {
                double value = Double.longBitsToDouble(random.nextLong());
                values[index] = Double.isNaN(value) ? index : value;
                row(table, index, values[index], index);
            }
        }
        CsvReader read = CsvReader.read(file);
        assertThat(read.rows()).isEqualTo(values.length);
        assertThat(read.columns()).isEqualTo(COLUMNS);
        assertThat(read.column("loss")).containsExactly(values);
        assertThat(read.column("step")[2999]).isEqualTo(2999);
    }

    @Test
    void rowsReachTheFileOnFlush() {
        try (CsvTable table = new CsvTable(file, COLUMNS, ExistingRows.DROP)) {
            row(table, 1, 1, 1);
            assertThat(file).hasContent("step,loss,edge\n");
            table.flush();
            table.force();
            assertThat(file).hasContent("step,loss,edge\n1,1,1\n");
            for (int step = 2; step <= CsvTable.BUFFERED_ROWS + 2; step++) {
                row(table, step, 1, 1);
            }
            assertThat(CsvReader.read(file).rows()).isEqualTo(CsvTable.BUFFERED_ROWS + 1);
        }
    }

    @Test
    void goesOnWithoutTheCutLastLine() throws IOException {
        Files.writeString(file, "step,loss,edge\n1,0.5,1\n2,0.25,1\n3,0.1");
        try (CsvTable table = new CsvTable(file, COLUMNS, ExistingRows.KEEP)) {
            row(table, 3, 0.125, 2);
        }
        assertThat(file).hasContent("step,loss,edge\n1,0.5,1\n2,0.25,1\n3,0.125,2\n");
    }

    @Test
    void goesOnFromACutOrMissingHeader() throws IOException {
        Files.writeString(file, "step,lo");
        new CsvTable(file, COLUMNS, ExistingRows.KEEP).close();
        assertThat(file).hasContent("step,loss,edge\n");
        Files.delete(file);
        new CsvTable(file, COLUMNS, ExistingRows.KEEP).close();
        assertThat(file).hasContent("step,loss,edge\n");
    }

    @Test
    void dropsOldRowsWhenAsked() throws IOException {
        Files.writeString(file, "other,columns\n1,2\n");
        new CsvTable(file, COLUMNS, ExistingRows.DROP).close();
        assertThat(file).hasContent("step,loss,edge\n");
    }

    @Test
    void rewindsWrittenAndBufferedRows() {
        try (CsvTable table = new CsvTable(file, COLUMNS, ExistingRows.DROP)) {
            row(table, 1, 1, 1);
            row(table, 20, 2, 1);
            row(table, 20, 3, 1);
            row(table, 300, 4, 1);
            table.flush();
            row(table, 301, 5, 1);
            table.rewindTo(20);
            assertThat(file).hasContent("step,loss,edge\n1,1,1\n20,2,1\n20,3,1\n");
            row(table, 21, 6, 1);
            row(table, 22, 7, 1);
            table.rewindTo(21);
            assertThat(file).hasContent("step,loss,edge\n1,1,1\n20,2,1\n20,3,1\n21,6,1\n");
            table.rewindTo(0);
            assertThat(file).hasContent("step,loss,edge\n");
            row(table, 1, 8, 1);
        }
        assertThat(file).hasContent("step,loss,edge\n1,8,1\n");
    }

    @Test
    void rewindsFilesLargerThanItsBuffer() {
        try (CsvTable table = new CsvTable(file, COLUMNS, ExistingRows.DROP)) {
            for (int step = 0; step < 20_000; step++) {
                row(table, step, 1.0 / (step + 1), step);
            }
            table.rewindTo(12_345);
        }
        CsvReader read = CsvReader.read(file);
        assertThat(read.rows()).isEqualTo(12_346);
        assertThat(read.column("edge")[12_345]).isEqualTo(12_345);
    }

    @Test
    void refusesOtherColumnsAndForeignRows() throws IOException {
        Files.writeString(file, "step,other\n1,2\n");
        assertThatThrownBy(() -> new CsvTable(file, COLUMNS, ExistingRows.KEEP))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith(file + ": its columns are 'step,other'");
        Files.writeString(file, "step,loss,edge\nx,2,3\n");
        assertThatThrownBy(() -> new CsvTable(file, COLUMNS, ExistingRows.KEEP))
                .isInstanceOf(RunException.class)
                .hasMessageContaining("does not start with a step number");
        assertThatThrownBy(() -> new CsvTable(folder, COLUMNS, ExistingRows.KEEP))
                .isInstanceOf(RunException.class)
                .hasMessageStartingWith("cannot ");
    }

    @Test
    void refusesMisuse() {
        try (CsvTable table = new CsvTable(file, COLUMNS, ExistingRows.DROP)) {
            assertThatThrownBy(table::commit).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> table.set(1, 0)).isInstanceOf(IllegalArgumentException.class);
            table.begin(5);
            assertThatThrownBy(() -> table.begin(6)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(table::flush).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> table.set(0, 0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> table.set(3, 0)).isInstanceOf(IllegalArgumentException.class);
            table.commit();
            assertThatThrownBy(() -> table.begin(4)).isInstanceOf(IllegalArgumentException.class);
            assertThat(table.column("edge")).isEqualTo(2);
            assertThatThrownBy(() -> table.column("egde")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aFullDiskGivesOneLineAndNoHalfRow() throws Exception {
        try (FullDisk disk = FullDisk.mountOrSkip(folder.resolve("disk"))) {
            Path table = disk.folder().resolve("metrics.csv");
            CsvTable writer = new CsvTable(table, COLUMNS, ExistingRows.DROP);
            assertThatThrownBy(() -> {
                        for (int step = 0; step < 100_000; step++) {
                            row(writer, step, 1.0 / (step + 1), step);
                        }
                    })
                    .isInstanceOf(RunException.class)
                    .hasMessage("cannot write " + table + ": No space left on device");
            assertThatThrownBy(writer::close).as("the rows still buffered").isInstanceOf(RunException.class);
            String text = Files.readString(table);
            assertThat(text).endsWith("\n");
            Files.writeString(folder.resolve("copy.csv"), text, StandardOpenOption.CREATE);
            assertThat(CsvReader.read(folder.resolve("copy.csv")).rows() % CsvTable.BUFFERED_ROWS)
                    .isZero();
        }
    }

    @Tag("garbage")
    @Test
    void allocatesNothingPerRow() {
        long[] step = new long[1];
        try (CsvTable table = new CsvTable(file, COLUMNS, ExistingRows.DROP)) {
            Runnable row = () -> row(table, ++step[0], 1.0 / step[0], (double) step[0]);
            assertThat(Allocations.bytesPerCall(row, table::flush)).isZero();
            long flushed = Long.MAX_VALUE;
            for (int round = 0; round < 20; round++) {
                for (int buffered = 0; buffered < CsvTable.BUFFERED_ROWS; buffered++) {
                    row.run();
                }
                flushed = Math.min(flushed, Allocations.bytes(table::flush));
            }
            System.out.println(
                    "CsvTable: " + flushed + " bytes allocated to flush " + CsvTable.BUFFERED_ROWS + " rows");
            assertThat(flushed).as("less than a byte per cell").isLessThan(2L * CsvTable.BUFFERED_ROWS);
        }
    }

    private static void row(CsvTable table, long step, double loss, double edge) {
        table.begin(step);
        table.set(1, loss);
        table.set(2, edge);
        table.commit();
    }
}
