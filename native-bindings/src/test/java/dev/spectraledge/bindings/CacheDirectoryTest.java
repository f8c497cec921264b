package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CacheDirectoryTest {
    private final Map<String, String> properties = new HashMap<>(Map.of("user.home", "/home/somebody"));
    private final Map<String, String> environment = new HashMap<>();

    private Path path() throws IOException {
        return CacheDirectory.path(properties::get, environment::get);
    }

    @Test
    void followsPropertyEnvironmentXdgHome() throws IOException {
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

    @ParameterizedTest
    @ValueSource(strings = {"?", "", "relative"})
    void withoutAHomeItNamesTheVariable(String home) throws IOException {
        properties.put("user.home", home);
        assertThatThrownBy(this::path)
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "there is no home folder to keep a cache in: set SPECTRALEDGE_CACHE to a folder of your own");
        environment.put("SPECTRALEDGE_CACHE", "/variable");
        assertThat(path()).isEqualTo(Path.of("/variable"));
    }
}
