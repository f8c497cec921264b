package dev.spectraledge.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTest {

    @Test
    void slugIsAFolderName() {
        assertThat(new Machine("Intel(R) Xeon(R) Platinum 8488C CPU @ 2.40GHz", 8).slug())
                .isEqualTo("intel-xeon-platinum-8488c-2-40ghz-8-processors");
        assertThat(new Machine("AMD EPYC 9755 128-Core Processor", 2).slug())
                .isEqualTo("amd-epyc-9755-128-core-2-processors");
    }

    @Test
    void currentMachineHasANameAndProcessors() {
        Machine machine = Machine.current();
        assertThat(machine.processor()).isNotBlank();
        assertThat(machine.processors()).isPositive();
        assertThat(machine.environment())
                .containsKeys("commit", "java", "processor", "governor", "load average at start");
    }

    @Test
    void theGovernorIsWhatLinuxSays(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("scaling_governor"), "performance\n");
        assertThat(Machine.governor(file)).isEqualTo("performance");
        assertThat(Machine.governor(folder.resolve("none"))).isEqualTo("unknown");
    }
}
