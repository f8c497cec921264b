package dev.spectraledge.analysis.cli;

import dev.spectraledge.bindings.CacheDirectory;
import dev.spectraledge.bindings.CacheFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code sedge doctor} says about the cache of unpacked libraries and compiled kernels: its folder, and its state. */
final class CacheFindings {
    private CacheFindings() {}

    /** Findings by name. */
    static Map<String, Object> ofThisMachine() {
        Map<String, Object> findings = new LinkedHashMap<>();
        try {
            Path folder = CacheDirectory.path();
            findings.put("folder", folder.toString());
            if (Files.exists(folder)) {
                CacheFolder.open(folder);
                findings.put("state", "only you can write to it");
            } else {
                findings.put("state", "made on first use");
            }
        } catch (IOException unusable) {
            findings.put("state", "unusable: " + unusable.getMessage());
        }
        return findings;
    }
}
