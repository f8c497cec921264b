package dev.spectraledge.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.config.ConfigResolver;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.Preregistration;
import dev.spectraledge.trainer.warning.DetectorRules;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnvironmentTest {
    @TempDir
    Path folder;

    @Test
    void recordsProgramMachineAndLibraries() {
        RunConfig config = new ConfigResolver().resolve();
        Path file = folder.resolve("environment.json");
        Environment.write(
                file,
                List.of("run", "dyck"),
                config,
                2,
                Map.of("openblas", Map.of("coreType", "Cooperlake", "threads", 1)),
                List.of(new Preregistration("claims", "{}")));
        Map<String, Object> read = Json.readObject(file);
        assertThat(read)
                .containsEntry("version", Environment.projectVersion())
                .containsEntry("arguments", List.of("run", "dyck"))
                .containsEntry("config_hash", config.hash())
                .containsEntry("threads", 2L)
                .containsEntry("detectors_hash", DetectorRules.file().hash())
                // Of the two characters {}.
                .containsEntry("claims_hash", "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a")
                .containsEntry("libraries", Map.of("openblas", Map.of("coreType", "Cooperlake", "threads", 1L)));
        assertThat(read.get("java").toString()).contains(Runtime.version().toString());
        assertThat(read.get("machine").toString()).contains(System.getProperty("os.name"));
    }

    @Test
    void theVersionIsThatOfTheBuild() {
        assertThat(Environment.projectVersion()).matches("\\d+\\.\\d+\\.\\d+.*");
    }
}
