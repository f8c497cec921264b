package dev.spectraledge.trainer.sweep;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Plans sweeps whose runs differ in the seed. */
final class SampleSweep {
    private SampleSweep() {}

    static SweepPlan plan(Path root, int runs) throws IOException {
        Path file =
                Files.writeString(Files.createDirectories(root).resolve("source.yaml"), "sweep: {seeds: " + runs + "}");
        SweepPlan plan = SweepPlan.of(file, root);
        plan.write(file);
        return SweepPlan.read(root);
    }
}
