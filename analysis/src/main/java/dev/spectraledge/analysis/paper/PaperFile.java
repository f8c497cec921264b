package dev.spectraledge.analysis.paper;

import dev.spectraledge.trainer.io.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The resource {@code paper.json}: what a paper is called and which runs it is about. */
final class PaperFile {
    private final Map<String, Object> root;

    PaperFile(String text) {
        root = Json.parseObject(text, "paper.json");
    }

    Paper paper(List<PublishedNumber> numbers, String sections, List<ComputedSection> computed) {
        return new Paper(
                text(root, "key"),
                text(root, "title"),
                text(root, "published in"),
                text(root, "footer"),
                texts(root, "scales"),
                objects(root, "parts").stream().map(PaperFile::part).toList(),
                texts(root, "usual parts"),
                replicas(object(root, "rounding replicas")),
                numbers,
                sections,
                computed);
    }

    private static Paper.ReplicaPlan replicas(Map<String, Object> entry) {
        return new Paper.ReplicaPlan(whole(entry.get("steps")), texts(entry, "experiments"));
    }

    private static Part part(Map<String, Object> entry) {
        Map<String, List<Long>> seeds = new LinkedHashMap<>();
        object(entry, "seeds")
                .forEach((scale, list) -> seeds.put(
                        scale, ((List<?>) list).stream().map(PaperFile::whole).toList()));
        Map<String, Long> steps = new LinkedHashMap<>();
        object(entry, "steps").forEach((scale, number) -> steps.put(scale, whole(number)));
        Map<String, Object> common = object(entry, "settings");
        return new Part(
                text(entry, "name"),
                (int) whole(entry.get("cadence")),
                (Boolean) entry.get("published phases"),
                Numbers.valueOf(text(entry, "numbers").toUpperCase(Locale.ROOT)),
                seeds,
                steps,
                objects(entry, "subjects").stream()
                        .map(subject -> subject(subject, common))
                        .toList());
    }

    private static Subject subject(Map<String, Object> entry, Map<String, Object> common) {
        Map<String, Object> settings = new LinkedHashMap<>(common);
        settings.putAll(object(entry, "settings"));
        return new Subject(
                text(entry, "name"), text(entry, "title"), text(entry, "label"), settings, Optional.ofNullable((String)
                        entry.get("control of")));
    }

    private static long whole(Object number) {
        return ((Number) number).longValue();
    }

    private static String text(Map<String, Object> entry, String key) {
        return (String) entry.get(key);
    }

    private static List<String> texts(Map<String, Object> entry, String key) {
        return ((List<?>) entry.get(key)).stream().map(String.class::cast).toList();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Map<String, Object> entry, String key) {
        return (Map<String, Object>) entry.get(key);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> objects(Map<String, Object> entry, String key) {
        return (List<Map<String, Object>>) entry.get(key);
    }
}
