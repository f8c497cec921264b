package dev.spectraledge.analysis.offline;

import dev.spectraledge.kernels.Workers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Program that analyses a folder into another, and prints the most anonymous memory, in KiB, that it was seen to have. */
final class AnalysisMemory {
    private static final long INTERVAL_NANOS = 2_000_000;

    private AnalysisMemory() {}

    public static void main(String[] folders) {
        AtomicLong most = new AtomicLong(anonymousKibibytes());
        Thread.ofPlatform().daemon().start(() -> {
            while (true) {
                most.accumulateAndGet(anonymousKibibytes(), Math::max);
                LockSupport.parkNanos(INTERVAL_NANOS);
            }
        });
        OfflineSettings settings = new OfflineSettings(
                Path.of(folders[0]),
                Path.of(folders[1]),
                OptionalLong.empty(),
                List.of(5),
                TensorSelection.of("all"),
                false,
                0,
                false,
                OptionalDouble.empty(),
                OptionalDouble.empty());
        try (Workers workers = new Workers(2)) {
            new OfflineAnalysis(settings, workers, ReadProgress.silent()).run();
        }
        System.out.println(most.accumulateAndGet(anonymousKibibytes(), Math::max));
    }

    private static long anonymousKibibytes() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("RssAnon:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
