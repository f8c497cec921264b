package dev.spectraledge.analysis.offline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.checkpoint.Fixtures;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.trainer.io.CsvReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** One tiny GPT in several forms, beside what NumPy says of it in float64 (src/test/python/make_spectra.py). */
class OfflineSpectraTest {
    private static final double RELATIVE_ERROR = 1e-12;
    private static final String TIED = " tied";

    @TempDir
    private Path output;

    static Stream<Arguments> spectra() throws IOException, URISyntaxException {
        Path table = Path.of(OfflineSpectraTest.class.getResource("spectra.csv").toURI());
        return Files.readAllLines(table).stream().skip(1).map(line -> {
            String[] cells = line.split(",", -1);
            return Arguments.of(cells[0], cells[1], Integer.parseInt(cells[2]), cells[3]);
        });
    }

    @ParameterizedTest
    @MethodSource("spectra")
    void singularValuesAreThoseOfNumpy(String form, String subset, int step, String expected) {
        CsvReader table = analyse(form, subset);
        List<Double> computed = new ArrayList<>();
        String[] values = expected.split(" ", -1);
        for (int mode = 1; mode <= values.length; mode++) {
            computed.add(table.column("sigma_" + mode)[step - 3]);
        }
        for (int mode = 0; mode < values.length; mode++) {
            double value = Double.parseDouble(values[mode]);
            assertThat(computed.get(mode)).isCloseTo(value, within(RELATIVE_ERROR * value));
        }
    }

    @Test
    void theFormChangesNoBit() throws IOException {
        analyse("flat", "all");
        String flat = Files.readString(output.resolve("spectrum.csv"));
        for (String form : List.of("sharded", "nanogpt")) {
            analyse(form, "all");
            assertThat(numbers(output.resolve("spectrum.csv"))).as(form).isEqualTo(numbers(flat));
        }
    }

    /** Without the columns that need rate and decay, which not every form of checkpoint says. */
    private static List<List<Double>> numbers(Path table) throws IOException {
        return numbers(Files.readString(table));
    }

    private static List<List<Double>> numbers(String text) {
        return text.lines()
                .skip(1)
                .map(line -> Stream.of(line.split(",", -1))
                        .limit(4)
                        .map(cell -> cell.isEmpty() ? Double.NaN : Double.parseDouble(cell))
                        .toList())
                .toList();
    }

    private CsvReader analyse(String form, String subset) {
        try (Workers workers = new Workers(2)) {
            OfflineSettings settings = new OfflineSettings(
                    Fixtures.get(form),
                    output,
                    OptionalLong.empty(),
                    List.of(3),
                    TensorSelection.of(subset.replace(TIED, ""), List.of(), List.of(), subset.endsWith(TIED)),
                    false,
                    0,
                    false,
                    OptionalDouble.empty(),
                    OptionalDouble.empty());
            new OfflineAnalysis(settings, workers, ReadProgress.silent()).run();
        }
        return CsvReader.read(output.resolve("spectrum.csv"));
    }
}
