package dev.spectraledge.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepTournamentTest {

    private static final StepTournament.Plan PLAN = new StepTournament.Plan(1, 3, 2, 1);

    @TempDir
    private Path folder;

    @Test
    void measuresWhoAgreesAndRefusesTheOthersWithOneLine() throws IOException, InterruptedException {
        StepInputs.Files files = TinyInputs.write(folder);
        ByteArrayOutputStream talk = new ByteArrayOutputStream();
        List<Contestant> contestants = new Lineup(Workload.DYCK, files, 2)
                .javaContestants().stream()
                        .filter(contestant -> contestant.name().equals("fake"))
                        .toList();
        assertThat(contestants).hasSize(3);

        List<StepMeasurement> measurements = new StepTournament(
                        PLAN, StepInputs.read(files).losses(), new PrintStream(talk, true, StandardCharsets.UTF_8))
                .run(contestants);

        assertThat(measurements).hasSize(1);
        StepMeasurement measurement = measurements.getFirst();
        assertThat(measurement.roundMedians()).hasSize(3);
        assertThat(measurement.milliseconds(0.5)).isPositive();
        assertThat(measurement.largestLossDifference()).isZero();
        assertThat(measurement.ratioTo(measurement)).isEqualTo(1);
        assertThat(measurement.environment()).containsEntry("openblas pins", "null");
        assertThat(talk.toString(StandardCharsets.UTF_8))
                .contains(
                        "fake (2 threads, GEMM on 1) refused: its loss at step 1 is 5.000000, the reference's 2.500000")
                .contains("fake (3 threads, GEMM on 1) refused: ended early:")
                .contains("no third thread today");

        new StepReport(Workload.DYCK, new TreeMap<>(Map.of("processor", "some CPU")), PLAN, measurements).write(folder);
        assertThat(Files.readString(folder.resolve("dyck-step.md"))).contains("| fake | 1 thread |", "| 1.00 |");
        assertThat(Files.readString(folder.resolve("dyck-step.json"))).contains("\"fake\" : 1.0");
    }
}
