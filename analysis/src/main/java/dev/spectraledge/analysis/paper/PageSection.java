package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A figure or table of the paper, or an artefact of it, as the page shows it; from the resource {@code sections.json}.
 *
 * @param title what it is about
 * @param original which figure or table of the paper
 * @param experiments whose figures and numbers belong here
 * @param publishedText what the published procedure shows
 * @param controlledText what the controlled one shows
 * @param published curves of the published procedure
 * @param controlled curves of the controlled one
 * @param numbers single numbers that are shown, each with its name
 * @param artefact whether it is one of the artefacts
 */
record PageSection(
        String title,
        String original,
        List<String> experiments,
        String publishedText,
        String controlledText,
        List<CurveSide> published,
        List<CurveSide> controlled,
        List<ShownNumber> numbers,
        boolean artefact) {
    private static final String RESOURCE = "sections.json";
    private static final String CADENCE = "{cadence}";
    private static final String PART = "{part}";

    /**
     * A number of ours that is shown, for all seeds.
     *
     * @param subject name of the {@link Subject} of the runs
     */
    record ShownNumber(String label, String subject, Selector selector) {}

    /**
     * All sections of a paper.
     *
     * @param part what curves and numbers are of where the resource leaves it open: {@code {part}} in subjects stands for its
     *     name, {@code {cadence}} in items for its steps between snapshots
     */
    static List<PageSection> read(Paper paper, Part part) {
        String text = paper.sectionsText()
                .replace(CADENCE, String.valueOf(part.cadence()))
                .replace(PART, part.name());
        return list(Json.parseObject(text, RESOURCE), "sections").stream()
                .map(PageSection::section)
                .toList();
    }

    private static PageSection section(Map<String, Object> entry) {
        return new PageSection(
                text(entry, "title"),
                text(entry, "original"),
                texts(entry, "experiments"),
                text(entry, "published text"),
                text(entry, "controlled text"),
                list(entry, "published").stream()
                        .map(side -> curves(side, Procedure.PUBLISHED))
                        .toList(),
                list(entry, "controlled").stream()
                        .map(side -> curves(side, Procedure.CONTROLLED))
                        .toList(),
                list(entry, "numbers").stream().map(PageSection::number).toList(),
                Boolean.TRUE.equals(entry.get("artefact")));
    }

    private static CurveSide curves(Map<String, Object> entry, Procedure usual) {
        return new CurveSide(
                text(entry, "title"),
                text(entry, "axis"),
                Boolean.TRUE.equals(entry.get("log")),
                texts(entry, "subjects"),
                text(entry, "experiment"),
                procedure(entry, usual),
                text(entry, "quantity"),
                texts(entry, "items"),
                entry.get("reference") instanceof Number level ? level.doubleValue() : Double.NaN);
    }

    private static Procedure procedure(Map<String, Object> entry, Procedure usual) {
        Object given = entry.get("procedure");
        return given == null
                ? usual
                : given.equals(Procedure.PUBLISHED.key()) ? Procedure.PUBLISHED : Procedure.CONTROLLED;
    }

    private static ShownNumber number(Map<String, Object> entry) {
        return new ShownNumber(
                text(entry, "label"),
                text(entry, "subject"),
                new Selector(
                        text(entry, "experiment"),
                        procedure(entry, Procedure.CONTROLLED),
                        text(entry, "quantity"),
                        text(entry, "item"),
                        Selector.step(entry.containsKey("step") ? String.valueOf(entry.get("step")) : "")));
    }

    private static String text(Map<String, Object> entry, String key) {
        Object value = entry.get(key);
        return value == null ? "" : value.toString();
    }

    private static List<String> texts(Map<String, Object> entry, String key) {
        return values(entry, key).stream().map(String::valueOf).toList();
    }

    private static List<?> values(Map<String, Object> entry, String key) {
        return entry.get(key) instanceof List<?> values ? values : List.of();
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Map<String, Object> entry, String key) {
        List<Map<String, Object>> objects = new ArrayList<>();
        for (Object value : values(entry, key)) {
            if (!(value instanceof Map<?, ?> object)) {
                throw new RunException(RESOURCE + ": " + key + " holds '" + value + "', which is no object");
            }
            objects.add((Map<String, Object>) object);
        }
        return objects;
    }
}
