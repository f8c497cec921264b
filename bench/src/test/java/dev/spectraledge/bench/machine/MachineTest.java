package dev.spectraledge.bench.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

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
        assertThat(machine.environment()).containsKeys("commit", "java", "processor");
    }
}
