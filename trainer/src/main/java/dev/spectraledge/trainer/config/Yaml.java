package dev.spectraledge.trainer.config;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.io.RegularFile;
import dev.spectraledge.trainer.io.Resources;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/** YAML 1.2 documents as plain values, with errors of one line. */
public final class Yaml {
    /** Four bytes of each character that the parser takes at most. */
    private static final long LONGEST_FILE = 4L * 3 * (1 << 20);

    private Yaml() {}

    /**
     * Reads a file that holds a mapping, or nothing.
     *
     * @throws UsageException with one line if there is no such file
     * @throws RunException with one line if it cannot be read or holds something else
     */
    public static Map<?, ?> readMapping(Path file) {
        String text;
        try {
            text = RegularFile.text(file, LONGEST_FILE);
        } catch (NoSuchFileException missing) {
            throw new UsageException(
                    "cannot read configuration " + file + ": " + RunException.reason(missing), missing);
        } catch (IOException failure) {
            throw RunException.of("cannot read configuration", file, failure);
        }
        try {
            return mapping(text, file.toString());
        } catch (UsageException malformed) {
            throw new RunException(malformed.getMessage(), malformed);
        }
    }

    /** Reads a file that comes with the program, in the folder of a class. */
    static Map<?, ?> readResource(Class<?> neighbour, String name) {
        return mapping(Resources.text(neighbour, name), name);
    }

    private static Map<?, ?> mapping(String text, String source) {
        Object document = parse(text, source);
        if (document == null) {
            return Map.of();
        }
        if (document instanceof Map<?, ?> mapping) {
            return mapping;
        }
        throw new UsageException(
                source + ": should hold 'key: value' lines, found '" + Printable.value(document) + "'");
    }

    /** Parses any document; {@code source} names it in error messages. */
    static Object parse(String text, String source) {
        LoadSettings settings = LoadSettings.builder()
                .setAllowDuplicateKeys(false)
                .setAllowNonScalarKeys(false)
                .build();
        try {
            BoundedYamlParser parser =
                    new BoundedYamlParser(new ParserImpl(settings, new StreamReader(settings, text)));
            return new StandardConstructor(settings)
                    .constructSingleDocument(new Composer(settings, parser).getSingleNode());
        } catch (MarkedYamlEngineException malformed) {
            String line = malformed
                    .getProblemMark()
                    .map(mark -> " at line " + (mark.getLine() + 1))
                    .orElse("");
            throw new UsageException(
                    source + ": not valid YAML" + line + ": " + Printable.value(malformed.getProblem()), malformed);
        } catch (YamlEngineException malformed) {
            String reason = malformed.getMessage().lines().findFirst().orElse("");
            throw new UsageException(source + ": not valid YAML: " + Printable.value(reason), malformed);
        }
    }

    /** A document in block style. */
    static String text(Object value) {
        DumpSettings settings =
                DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
        return new Dump(settings).dumpToString(value);
    }
}
