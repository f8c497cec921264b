package dev.spectraledge.trainer;

import dev.spectraledge.kernels.MemoryOwner;
import java.util.List;

/** The memory of data that tests share, which lives as long as the virtual machine. */
public final class TestMemory {
    public static final MemoryOwner DATA = MemoryOwner.open("data of tests");

    private TestMemory() {}

    /** Names of the owners that a test has left open. */
    public static List<String> leaks() {
        return MemoryOwner.live().stream()
                .filter(name -> !name.equals(DATA.name()))
                .toList();
    }
}
