package dev.spectraledge.analysis.published;

import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.io.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Published numbers of one run, from the tables of the papers that there are. Which runs they are said of stands in
 * {@code runs.json} beside each table: groups of subjects with the settings that they have in common and their own.
 */
public final class RunNumbers {
    private static final String PAPER = "/dev/spectraledge/analysis/paper/lifecycle/";
    private static final String SUBJECTS = "subjects";
    private static final String SETTINGS = "settings";

    private RunNumbers() {}

    /**
     * What was published of a run with these settings; empty if nothing was. Facts of data and architecture are those of its
     * whole group.
     *
     * @param setting the value of a dotted key as text; empty if the run has none
     */
    public static List<RunNumber> of(Function<String, Optional<String>> setting) {
        for (Map<?, ?> group : groups()) {
            Map<?, ?> subjects = object(group.get(SUBJECTS));
            for (Map.Entry<?, ?> subject : subjects.entrySet()) {
                if (fits(object(group.get(SETTINGS)), setting) && fits(object(subject.getValue()), setting)) {
                    return numbers(String.valueOf(subject.getKey()), subjects);
                }
            }
        }
        return List.of();
    }

    /** Every number that reports may show, of every run. */
    static List<RunNumber> all() {
        CsvRows rows =
                CsvRows.parse(Resources.text(RunNumbers.class, PAPER + "numbers.csv"), "a table of published numbers");
        rows.require(RunNumber.COLUMNS);
        return rows.stream().filter(RunNumber::isReported).map(RunNumber::parse).toList();
    }

    /** Names of all subjects that a run can be of. */
    static List<String> subjects() {
        return groups().stream()
                .flatMap(group -> object(group.get(SUBJECTS)).keySet().stream())
                .map(String::valueOf)
                .toList();
    }

    private static List<RunNumber> numbers(String subject, Map<?, ?> group) {
        List<RunNumber> all = all();
        Stream<RunNumber> own =
                all.stream().filter(number -> number.quotation().subject().equals(subject));
        Stream<RunNumber> facts = all.stream()
                .filter(number -> number.quotation().isFact()
                        && !number.quotation().subject().equals(subject)
                        && group.containsKey(number.quotation().subject()));
        return Stream.concat(own, facts).toList();
    }

    private static boolean fits(Map<?, ?> settings, Function<String, Optional<String>> setting) {
        return settings.entrySet().stream()
                .allMatch(wanted -> setting.apply(String.valueOf(wanted.getKey()))
                        .map(own -> isSame(wanted.getValue(), own))
                        .orElse(false));
    }

    private static boolean isSame(Object wanted, String own) {
        if (!(wanted instanceof Number number)) {
            return String.valueOf(wanted).equals(own);
        }
        try {
            return number.doubleValue() == Double.parseDouble(own);
        } catch (NumberFormatException noNumber) {
            return false;
        }
    }

    private static List<Map<?, ?>> groups() {
        Object groups = Json.parseObject(Resources.text(RunNumbers.class, PAPER + "runs.json"), "runs.json")
                .get("groups");
        List<Map<?, ?>> objects = new ArrayList<>();
        if (groups instanceof List<?> list) {
            list.forEach(group -> objects.add(object(group)));
        }
        return objects;
    }

    private static Map<?, ?> object(Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }
}
