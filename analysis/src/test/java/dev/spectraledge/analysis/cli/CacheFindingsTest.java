package dev.spectraledge.analysis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class CacheFindingsTest {
    private static final String CACHE = "spectraledge.cache";

    private final String before = System.getProperty(CACHE);

    @TempDir
    private Path folder;

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(CACHE);
        } else {
            System.setProperty(CACHE, before);
        }
    }

    @Test
    void aCacheThatDoesNotExistIsNotMade() {
        Path cache = folder.resolve("cache");
        System.setProperty(CACHE, cache.toString());
        assertThat(CacheFindings.ofThisMachine())
                .containsExactly(entry("folder", cache.toString()), entry("state", "made on first use"));
        assertThat(cache).doesNotExist();
    }

    @Test
    void whatIsWrongWithTheCacheIsSaid() throws IOException {
        Path cache = Files.createDirectory(folder.toRealPath().resolve("cache"));
        System.setProperty(CACHE, cache.toString());
        assertThat(CacheFindings.ofThisMachine())
                .containsExactly(entry("folder", cache.toString()), entry("state", "only you can write to it"));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertThat(CacheFindings.ofThisMachine().get("state"))
                .isEqualTo(
                        "unusable: others can write to the cache " + cache + " (mode 777): delete it or, if you trust"
                                + " what it holds, run chmod -R go-w " + cache
                                + ", or set SPECTRALEDGE_CACHE to a folder of your own");
    }
}
