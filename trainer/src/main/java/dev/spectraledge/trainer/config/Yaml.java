package dev.spectraledge.trainer.config;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** YAML 1.2 documents as plain values, with errors of one line. */
public final class Yaml {
    private Yaml() {}

    /** Reads a file that holds a mapping, or nothing. */
    public static Map<?, ?> readMapping(Path file) {
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException failure) {
            throw new UsageException(
                    "cannot read configuration " + file + ": " + RunException.reason(failure), failure);
        }
        return mapping(text, file.toString());
    }

    /** Reads a file that comes with the program. */
    static Map<?, ?> readResource(String name) {
        try (InputStream in = Yaml.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its resource " + name);
            }
            return mapping(new String(in.readAllBytes(), StandardCharsets.UTF_8), name);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot read resource " + name, failure);
        }
    }

    private static Map<?, ?> mapping(String text, String source) {
        Object document = parse(text, source);
        if (document == null) {
            return Map.of();
        }
        if (document instanceof Map<?, ?> mapping) {
            return mapping;
        }
        throw new UsageException(source + ": should hold 'key: value' lines, found '" + document + "'");
    }

    /** Parses any document; {@code source} names it in error messages. */
    static Object parse(String text, String source) {
        LoadSettings settings =
                LoadSettings.builder().setAllowDuplicateKeys(false).build();
        try {
            return new Load(settings).loadFromString(text);
        } catch (MarkedYamlEngineException malformed) {
            String line = malformed
                    .getProblemMark()
                    .map(mark -> " at line " + (mark.getLine() + 1))
                    .orElse("");
            throw new UsageException(source + ": not valid YAML" + line + ": " + malformed.getProblem(), malformed);
        } catch (YamlEngineException malformed) {
            String reason = malformed.getMessage().lines().findFirst().orElse("");
            throw new UsageException(source + ": not valid YAML: " + reason, malformed);
        }
    }

    /** A document in block style. */
    static String text(Object value) {
        DumpSettings settings =
                DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
        return new Dump(settings).dumpToString(value);
    }
}
