package dev.spectraledge.analysis.lifecycle;

import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A figure or table of the paper, or an artefact of it, as the page shows it; from the resource {@code page-sections.json}.
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
    private static final String RESOURCE = "page-sections.json";
    private static final String CADENCE = "{cadence}";

    /**
     * A number of ours that is shown, for all seeds.
     *
     * @param weightDecay of the runs
     */
    record ShownNumber(String label, String task, double weightDecay, Selector selector) {}

    /**
     * All sections.
     *
     * @param task what curves and numbers are of where the resource names no task; {@code {cadence}} in their items stands for
     *     its steps between snapshots
     */
    static List<PageSection> read(LifecycleTask task) {
        String text = PublishedNumbers.resource(RESOURCE).replace(CADENCE, String.valueOf(task.cadence()));
        return list(Json.parseObject(text, RESOURCE), "sections").stream()
                .map(entry -> section(entry, task))
                .toList();
    }

    private static PageSection section(Map<String, Object> entry, LifecycleTask task) {
        return new PageSection(
                text(entry, "title"),
                text(entry, "original"),
                texts(entry, "experiments"),
                text(entry, "published text"),
                text(entry, "controlled text"),
                list(entry, "published").stream()
                        .map(side -> curves(side, task, Procedure.PUBLISHED))
                        .toList(),
                list(entry, "controlled").stream()
                        .map(side -> curves(side, task, Procedure.CONTROLLED))
                        .toList(),
                list(entry, "numbers").stream()
                        .map(shown -> number(shown, task))
                        .toList(),
                Boolean.TRUE.equals(entry.get("artefact")));
    }

    private static CurveSide curves(Map<String, Object> entry, LifecycleTask usualTask, Procedure usual) {
        List<Double> decays = new ArrayList<>();
        for (Object decay : values(entry, "decays")) {
            decays.add(((Number) decay).doubleValue());
        }
        return new CurveSide(
                text(entry, "title"),
                text(entry, "axis"),
                Boolean.TRUE.equals(entry.get("log")),
                task(entry, usualTask),
                decays,
                text(entry, "experiment"),
                procedure(entry, usual),
                text(entry, "quantity"),
                texts(entry, "items"),
                entry.get("reference") instanceof Number level ? level.doubleValue() : Double.NaN);
    }

    private static String task(Map<String, Object> entry, LifecycleTask usual) {
        return entry.containsKey("task") ? text(entry, "task") : usual.key();
    }

    private static Procedure procedure(Map<String, Object> entry, Procedure usual) {
        Object given = entry.get("procedure");
        return given == null
                ? usual
                : given.equals(Procedure.PUBLISHED.key()) ? Procedure.PUBLISHED : Procedure.CONTROLLED;
    }

    private static ShownNumber number(Map<String, Object> entry, LifecycleTask usualTask) {
        return new ShownNumber(
                text(entry, "label"),
                task(entry, usualTask),
                ((Number) entry.get("decay")).doubleValue(),
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
