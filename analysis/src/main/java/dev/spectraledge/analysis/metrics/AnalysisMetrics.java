package dev.spectraledge.analysis.metrics;

import dev.spectraledge.analysis.offline.AnalysisFolder;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The metrics in the folder of an analysis. */
public final class AnalysisMetrics {
    private AnalysisMetrics() {}

    /** Puts metrics beside the spectra of an analysis that is done, and into its document; without any, none of an earlier one stay. */
    public static void put(Path folder, Optional<ForeignMetrics> metrics) {
        if (metrics.isEmpty()) {
            discard(folder.resolve(ForeignMetrics.FILE_NAME));
            return;
        }
        metrics.get().writeTo(folder);
        Path document = folder.resolve(AnalysisFolder.DOCUMENT);
        Map<String, Object> analysis = Json.readObject(document);
        analysis.put("metrics", metrics.get().document());
        Json.write(document, analysis);
    }

    private static void discard(Path earlier) {
        try {
            Files.deleteIfExists(earlier);
        } catch (IOException failure) {
            throw RunException.of("cannot remove", earlier, failure);
        }
    }
}
