package dev.spectraledge.analysis.experiment;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Everything that experiments have measured on real and on small runs of the three tasks: a line of the resource {@code
 * measured.tsv} for each quantity of an experiment by one procedure, with its items.
 */
public final class MeasuredNames {
    private static final String RESOURCE = "measured.tsv";
    private static final String OF_LANGUAGE = "measured-language.tsv";

    private MeasuredNames() {}

    /** A quantity of an experiment by one procedure. */
    public record Quantity(String experiment, Procedure procedure, String name) implements Comparable<Quantity> {
        @Override
        public int compareTo(Quantity other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return experiment + "/" + procedure.key() + "/" + name;
        }
    }

    /** Items by quantity. */
    public static Map<Quantity, Set<String>> read() {
        return read(RESOURCE);
    }

    /** The same of a language model. */
    public static Map<Quantity, Set<String>> readOfLanguage() {
        return read(OF_LANGUAGE);
    }

    private static Map<Quantity, Set<String>> read(String resource) {
        Map<Quantity, Set<String>> names = new TreeMap<>();
        text(resource).lines().filter(line -> !line.startsWith("#")).forEach(line -> {
            List<String> cells = List.of(line.split("\t", -1));
            Procedure procedure = cells.get(1).equals("published") ? Procedure.PUBLISHED : Procedure.CONTROLLED;
            names.put(
                    new Quantity(cells.get(0), procedure, cells.get(2)), new TreeSet<>(cells.subList(3, cells.size())));
        });
        return names;
    }

    private static String text(String resource) {
        try (InputStream stream = MeasuredNames.class.getResourceAsStream(resource)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
