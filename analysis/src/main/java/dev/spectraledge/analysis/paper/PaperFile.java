package dev.spectraledge.analysis.paper;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The resource {@code paper.json}: what a paper is called and which runs it is about. */
final class PaperFile {
    private final ResourceEntry root;

    PaperFile(String text) {
        root = ResourceEntry.parse(text, "paper.json");
    }

    Paper paper(List<PublishedNumber> numbers, String sections, List<Claim> claims, List<ComputedSection> computed) {
        ResourceEntry replicas = root.object("rounding replicas");
        return new Paper(
                root.text("key"),
                root.text("title"),
                root.text("footer"),
                root.texts("scales"),
                root.objects("parts").stream().map(PaperFile::part).toList(),
                root.texts("usual parts"),
                new Paper.ReplicaPlan(whole(replicas.fields().get("steps")), replicas.texts("experiments")),
                numbers,
                claims,
                sections,
                computed);
    }

    private static Part part(ResourceEntry entry) {
        Map<String, List<Long>> seeds = new LinkedHashMap<>();
        ResourceEntry seedsByScale = entry.object("seeds");
        seedsByScale
                .fields()
                .keySet()
                .forEach(scale -> seeds.put(
                        scale,
                        seedsByScale.texts(scale).stream().map(Long::valueOf).toList()));
        Map<String, Long> steps = new LinkedHashMap<>();
        entry.object("steps").fields().forEach((scale, number) -> steps.put(scale, whole(number)));
        Map<String, Object> common = entry.object("settings").fields();
        return new Part(
                entry.text("name"),
                (int) entry.number("cadence"),
                entry.isTrue("published phases"),
                Numbers.valueOf(entry.text("numbers").toUpperCase(Locale.ROOT)),
                seeds,
                steps,
                entry.objects("subjects").stream()
                        .map(subject -> subject(subject, common))
                        .toList());
    }

    private static Subject subject(ResourceEntry entry, Map<String, Object> common) {
        Map<String, Object> settings = new LinkedHashMap<>(common);
        settings.putAll(entry.object("settings").fields());
        return new Subject(
                entry.text("name"),
                entry.text("title"),
                entry.text("label"),
                settings,
                Optional.of(entry.text("control of")).filter(name -> !name.isEmpty()));
    }

    private static long whole(Object number) {
        return ((Number) number).longValue();
    }
}
