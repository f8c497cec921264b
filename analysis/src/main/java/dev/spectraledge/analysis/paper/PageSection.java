package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.experiment.Procedure;
import java.util.List;

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

    /** A number of ours that is shown, for all seeds. */
    record ShownNumber(String label, SubjectSelector selector) {}

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
        return ResourceEntry.parse(text, RESOURCE).objects("sections").stream()
                .map(PageSection::section)
                .toList();
    }

    private static PageSection section(ResourceEntry entry) {
        return new PageSection(
                entry.text("title"),
                entry.text("original"),
                entry.texts("experiments"),
                entry.text("published text"),
                entry.text("controlled text"),
                entry.objects("published").stream()
                        .map(side -> curves(side, Procedure.PUBLISHED))
                        .toList(),
                entry.objects("controlled").stream()
                        .map(side -> curves(side, Procedure.CONTROLLED))
                        .toList(),
                entry.objects("numbers").stream()
                        .map(shown -> new ShownNumber(shown.text("label"), SubjectSelector.of(shown)))
                        .toList(),
                entry.isTrue("artefact"));
    }

    private static CurveSide curves(ResourceEntry entry, Procedure usual) {
        return new CurveSide(
                entry.text("title"),
                entry.text("axis"),
                entry.isTrue("log"),
                entry.texts("subjects"),
                entry.text("experiment"),
                entry.procedure(usual),
                entry.text("quantity"),
                entry.texts("items"),
                entry.has("reference") ? entry.number("reference") : Double.NaN);
    }
}
