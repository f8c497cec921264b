package dev.spectraledge.analysis.metrics;

import dev.spectraledge.analysis.published.CsvRows;
import dev.spectraledge.trainer.io.Resources;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;

/** Which column of {@code metrics.csv} a quantity of another program becomes, by the names that programs usually give it. */
final class ColumnNames {
    /** Of the column of steps, here and in {@code columns.csv}. */
    static final String STEP = "step";

    private static final String TABLE = "columns.csv";
    private static final int LONGEST = 100;
    private static final Pattern SEPARATORS = Pattern.compile("[^a-z0-9]+");
    private static final Pattern EDGES = Pattern.compile("^_|_$");
    /** Usual names by our own, the likeliest first. */
    private static final Map<String, List<String>> USUAL = usual();

    private ColumnNames() {}

    private static Map<String, List<String>> usual() {
        Map<String, List<String>> usual = new LinkedHashMap<>();
        CsvRows.parse(Resources.text(ColumnNames.class, TABLE), TABLE).stream()
                .forEach(row -> usual.computeIfAbsent(row.text("column"), any -> new ArrayList<>())
                        .add(row.text("name")));
        return usual;
    }

    private static String normalised(String name) {
        String plain = SEPARATORS.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("_");
        return EDGES.matcher(plain).replaceAll("");
    }

    /** The first of these names of each normal form, by that. */
    private static Map<String, String> byNormalForm(Collection<String> names) {
        Map<String, String> first = new HashMap<>();
        names.forEach(name -> first.putIfAbsent(normalised(name), name));
        return first;
    }

    /** Names that a column of steps usually has. */
    static List<String> steps() {
        return USUAL.get(STEP);
    }

    /** The one of these names that most likely is that of the steps. */
    static Optional<String> step(Collection<String> names) {
        return likeliest(STEP, byNormalForm(names));
    }

    /** Whether a name means one of our columns. */
    static boolean isKnown(String name) {
        return USUAL.values().stream().anyMatch(names -> names.contains(normalised(name)));
    }

    /**
     * The one of these names that most likely means one of our columns.
     *
     * @param names by their normal form
     */
    private static Optional<String> likeliest(String column, Map<String, String> names) {
        return USUAL.get(column).stream()
                .filter(names::containsKey)
                .map(names::get)
                .findFirst();
    }

    /**
     * Our name for each of these quantities, all different: that of the column that it means, or its own, as far as a table
     * can have it.
     */
    static SequencedMap<String, String> ours(Collection<String> names) {
        Map<String, String> meant = new LinkedHashMap<>();
        Map<String, String> normal = byNormalForm(names);
        USUAL.keySet().stream()
                .filter(column -> !column.equals(STEP))
                .forEach(column -> likeliest(column, normal).ifPresent(name -> meant.putIfAbsent(name, column)));
        SequencedMap<String, String> ours = new LinkedHashMap<>();
        Set<String> taken = new HashSet<>(meant.values());
        taken.add(STEP);
        for (String name : names) {
            String own = meant.get(name);
            if (own == null) {
                own = free(written(name), taken);
                taken.add(own);
            }
            ours.put(name, own);
        }
        return ours;
    }

    /** Without what would break a header line in pieces. */
    private static String written(String name) {
        String plain = name.replaceAll("[,\"\\p{C}\\p{Z}]+", "_");
        return plain.isEmpty() ? "unnamed" : plain.substring(0, Math.min(plain.length(), LONGEST));
    }

    private static String free(String name, Collection<String> taken) {
        String free = name;
        for (int number = 2; taken.contains(free); number++) {
            free = name + "_" + number;
        }
        return free;
    }
}
