package dev.spectraledge.analysis.pretrained;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.Printable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A {@code config.json} of Hugging Face's. What it says is refused, with one line, where nothing here computes like it. */
final class ModelSettings {
    static final String FILE = "config.json";
    private static final int MOST = 1 << 24;

    private final Path file;
    private final Map<?, ?> values;

    private ModelSettings(Path file, Map<?, ?> values) {
        this.file = file;
        this.values = values;
    }

    /** That of a folder. */
    static ModelSettings read(Path folder) {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            throw new RunException(folder + ": has no " + FILE + ", which says the shape of the model");
        }
        return new ModelSettings(file, Json.readObject(file));
    }

    /** The settings inside of this one, or none where there is none. */
    ModelSettings inside(String key) {
        return new ModelSettings(file, values.get(key) instanceof Map<?, ?> map ? map : Map.of());
    }

    boolean has(String key) {
        return values.get(key) != null;
    }

    String text(String key, String otherwise) {
        return switch (values.get(key)) {
            case null -> otherwise;
            case String text -> text;
            case Object other -> throw malformed(key, other, "a name");
        };
    }

    boolean flag(String key, boolean otherwise) {
        return switch (values.get(key)) {
            case null -> otherwise;
            case Boolean flag -> flag;
            case Object other -> throw malformed(key, other, "true or false");
        };
    }

    double number(String key, double otherwise) {
        return switch (values.get(key)) {
            case null -> otherwise;
            case Number number -> number.doubleValue();
            case Object other -> throw malformed(key, other, "a number");
        };
    }

    /** A size, which has to be there. */
    int size(String key) {
        require(key);
        return size(key, 0);
    }

    /** Fails unless something is said. */
    void require(String key) {
        if (!has(key)) {
            throw new RunException(file + ": has no " + key);
        }
    }

    int size(String key, int otherwise) {
        Object value = values.get(key);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Long number && number > 0 && number <= MOST) {
            return number.intValue();
        }
        throw malformed(key, value, "a whole number from 1 to " + MOST);
    }

    /** A small positive number that norms add to what they divide by. */
    double epsilon(String key, double otherwise) {
        double epsilon = number(key, otherwise);
        if (!(epsilon > 0 && epsilon < 1)) {
            throw malformed(key, epsilon, "between 0 and 1");
        }
        return epsilon;
    }

    /** Fails unless a flag is as expected. */
    void require(String key, boolean expected, String because) {
        if (flag(key, expected) != expected) {
            throw refused(key, !expected, because);
        }
    }

    /** The one of the given names that a setting has. */
    String oneOf(String key, String otherwise, List<String> names) {
        String name = text(key, otherwise);
        if (!names.contains(name)) {
            throw refused(key, name, "read are " + String.join(", ", names));
        }
        return name;
    }

    RunException refused(String key, Object value, String because) {
        return new RunException(file + ": " + key + " is " + Printable.value(value) + "; " + because);
    }

    private RunException malformed(String key, Object value, String needed) {
        return new RunException(file + ": " + key + " is '" + Printable.value(value) + "', it has to be " + needed);
    }
}
