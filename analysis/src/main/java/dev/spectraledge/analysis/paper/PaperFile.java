package dev.spectraledge.analysis.paper;

import dev.spectraledge.trainer.io.Preregistration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The resource {@code paper.json}: what a paper is called and which runs it is about. */
final class PaperFile {
    private static final String SUITE = "suite";
    private static final String ONLY_ON = "only on";
    private static final String CHOSEN = "chosen";
    private static final String PROTOCOLS = "protocol at";

    private final ResourceEntry root;

    PaperFile(String text) {
        root = ResourceEntry.parse(text, "paper.json");
    }

    Paper paper(
            List<PublishedNumber> numbers, String sections, Preregistration claims, List<ComputedSection> computed) {
        ResourceEntry replicas = root.object("rounding replicas");
        return new Paper(
                root.text("key"),
                root.text("title"),
                root.text("footer"),
                texts("companions"),
                root.texts("scales"),
                texts("caveats"),
                root.objects("parts").stream().map(PaperFile::part).toList(),
                root.texts("usual parts"),
                new Paper.ReplicaPlan(whole(replicas.fields().get("steps")), replicas.texts("experiments")),
                texts("absent"),
                root.has(SUITE) ? suite(root.object(SUITE)) : Suite.WHOLE,
                numbers,
                Claim.read(claims.text()),
                claims,
                sections,
                computed);
    }

    private Map<String, String> texts(String key) {
        Map<String, String> texts = new LinkedHashMap<>();
        fields(root, key).forEach((name, text) -> texts.put(name, text.toString()));
        return texts;
    }

    private static Suite suite(ResourceEntry entry) {
        Map<String, Suite.Stretch> stretches = new LinkedHashMap<>();
        byScale(entry, "trains on at")
                .forEach((scale, steps) ->
                        stretches.put(scale, new Suite.Stretch(whole(steps.get("from")), whole(steps.get("until")))));
        Map<String, List<String>> protocols = new LinkedHashMap<>();
        if (entry.has(PROTOCOLS)) {
            ResourceEntry scales = entry.object(PROTOCOLS);
            scales.fields().keySet().forEach(scale -> protocols.put(scale, scales.texts(scale)));
        }
        Map<String, List<String>> onlyOn = new LinkedHashMap<>();
        if (entry.has(ONLY_ON)) {
            ResourceEntry subjects = entry.object(ONLY_ON);
            subjects.fields().keySet().forEach(experiment -> onlyOn.put(experiment, subjects.texts(experiment)));
        }
        return new Suite(
                entry.texts("experiments"),
                entry.texts("costly"),
                entry.texts("costly on"),
                onlyOn,
                protocols,
                stretches);
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
        Map<String, Object> common = entry.object("settings").fields();
        Map<String, Object> training = fields(entry, "training");
        Optional<ChosenSetting> chosen = chosen(entry);
        return new Part(
                entry.text("name"),
                (int) entry.number("cadence"),
                whole(entry, "cadence at"),
                entry.isTrue("published phases"),
                Numbers.valueOf(entry.text("numbers").toUpperCase(Locale.ROOT)),
                seeds,
                whole(entry, "steps"),
                byScale(entry, "training at"),
                entry.objects("observers").stream().map(ResourceEntry::fields).toList(),
                entry.objects("subjects").stream()
                        .map(subject -> subject(subject, common, training, chosen))
                        .toList());
    }

    /** Objects by scale; none if nothing is said. */
    private static Map<String, Map<String, Object>> byScale(ResourceEntry entry, String key) {
        Map<String, Map<String, Object>> objects = new LinkedHashMap<>();
        if (entry.has(key)) {
            ResourceEntry scales = entry.object(key);
            scales.fields()
                    .keySet()
                    .forEach(scale -> objects.put(scale, scales.object(scale).fields()));
        }
        return objects;
    }

    /** Whole numbers by scale; none if nothing is said. */
    private static Map<String, Long> whole(ResourceEntry entry, String key) {
        Map<String, Long> numbers = new LinkedHashMap<>();
        fields(entry, key).forEach((scale, number) -> numbers.put(scale, whole(number)));
        return numbers;
    }

    private static Map<String, Object> fields(ResourceEntry entry, String key) {
        return entry.has(key) ? entry.object(key).fields() : Map.of();
    }

    private static Map<String, Object> joined(Map<String, Object> common, Map<String, Object> own) {
        Map<String, Object> joined = new LinkedHashMap<>(common);
        joined.putAll(own);
        return joined;
    }

    /** @param chosen what earlier runs decide of all subjects that name nothing themselves */
    private static Subject subject(
            ResourceEntry entry,
            Map<String, Object> common,
            Map<String, Object> training,
            Optional<ChosenSetting> chosen) {
        return new Subject(
                entry.text("name"),
                entry.text("title"),
                entry.text("label"),
                joined(common, entry.object("settings").fields()),
                Optional.of(entry.text("control of")).filter(name -> !name.isEmpty()),
                new Course(
                        joined(training, fields(entry, "training")),
                        whole(entry, "steps"),
                        fields(entry, "as published"),
                        entry.texts("left out at"),
                        entry.text("half way"),
                        chosen(entry).or(() -> chosen)));
    }

    private static Optional<ChosenSetting> chosen(ResourceEntry entry) {
        if (!entry.has(CHOSEN)) {
            return Optional.empty();
        }
        ResourceEntry setting = entry.object(CHOSEN);
        return Optional.of(new ChosenSetting(setting.text("key"), setting.texts("among")));
    }

    private static long whole(Object number) {
        return ((Number) number).longValue();
    }
}
