package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CacheDirectoryTest {
    private final Map<String, String> properties = new HashMap<>(Map.of("user.home", "/home/somebody"));
    private final Map<String, String> environment = new HashMap<>();

    private Path path() {
        return CacheDirectory.path(properties::get, environment::get);
    }

    @Test
    void followsPropertyEnvironmentXdgHome() {
        assertThat(path()).isEqualTo(Path.of("/home/somebody/.cache/spectral-edge"));
        environment.put("XDG_CACHE_HOME", "relative");
        assertThat(path()).isEqualTo(Path.of("/home/somebody/.cache/spectral-edge"));
        environment.put("XDG_CACHE_HOME", "/xdg");
        assertThat(path()).isEqualTo(Path.of("/xdg/spectral-edge"));
        environment.put("SPECTRALEDGE_CACHE", "/variable");
        assertThat(path()).isEqualTo(Path.of("/variable"));
        properties.put("spectraledge.cache", "/property");
        assertThat(path()).isEqualTo(Path.of("/property"));
    }
}
