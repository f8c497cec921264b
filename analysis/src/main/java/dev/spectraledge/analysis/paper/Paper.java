package dev.spectraledge.analysis.paper;

import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.config.RunConfig;
import dev.spectraledge.trainer.io.NearestName;
import dev.spectraledge.trainer.io.Preregistration;
import dev.spectraledge.trainer.io.Resources;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A published work that can be reproduced. What it is about, what it claims and which numbers it prints are resources beside
 * the class that names it; only what has to be computed in a way of its own is code.
 *
 * @param key on the command line and in file names
 * @param title of the page
 * @param footer whose numbers the page shows
 * @param companions titles of the other papers that have a page, by key
 * @param scales names of how much can be computed, the smallest first, the paper's own last
 * @param caveats what a reader has to know of a page of some scale, by scale
 * @param parts in the order of the paper; what names no part in the sections is about the first that was computed
 * @param usualParts names of those that are computed if nothing else is said
 * @param roundingReplicas how runs are repeated with other rounding
 * @param absent runs that belong to the paper and that no scale trains, with the reason
 * @param suite which experiments are made on which runs
 * @param numbers every number of the paper that can be told apart
 * @param claims in the order of the paper
 * @param judgedBy the resource that says what would refute them
 * @param sectionsText the resource that {@link PageSection} reads
 * @param computed sections of the page that code writes
 */
public record Paper(
        String key,
        String title,
        String footer,
        Map<String, String> companions,
        List<String> scales,
        Map<String, String> caveats,
        List<Part> parts,
        List<String> usualParts,
        ReplicaPlan roundingReplicas,
        Map<String, String> absent,
        Suite suite,
        List<PublishedNumber> numbers,
        List<Claim> claims,
        Preregistration judgedBy,
        String sectionsText,
        List<ComputedSection> computed) {
    private static final String DESCRIPTION = "paper.json";
    private static final String NUMBERS = "numbers.csv";
    private static final String CLAIMS = "claims";
    private static final String SECTIONS = "sections.json";

    /**
     * How runs are repeated with other rounding.
     *
     * @param steps of a replica at most
     * @param experiments names of those that are made on replicas
     */
    public record ReplicaPlan(long steps, List<String> experiments) {}

    /**
     * Reads the resources {@code paper.json}, {@code numbers.csv}, {@code claims.json} and {@code sections.json}.
     *
     * @param anchor a class of the package that has them
     */
    public static Paper read(Class<?> anchor, List<ComputedSection> computed) {
        return new PaperFile(Resources.text(anchor, DESCRIPTION))
                .paper(
                        PublishedNumbers.parse(Resources.text(anchor, NUMBERS)),
                        Resources.text(anchor, SECTIONS),
                        Preregistration.read(anchor, CLAIMS),
                        computed);
    }

    /** All subjects, in the order of the parts. */
    public List<Subject> subjects() {
        return parts.stream().flatMap(part -> part.subjects().stream()).toList();
    }

    /** Subjects that the paper follows for longer than its runs are followed otherwise. */
    public List<Subject> controlsAsPublished() {
        return subjects().stream()
                .filter(subject -> !subject.course().asPublished().isEmpty())
                .toList();
    }

    /** The part that a subject belongs to. */
    public Part partOf(Subject subject) {
        return parts.stream()
                .filter(part -> part.subjects().contains(subject))
                .findFirst()
                .orElseThrow();
    }

    /** The subject of this name; throws an {@code IllegalArgumentException} if there is none. */
    public Subject subject(String name) {
        return subjects().stream()
                .filter(subject -> subject.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(title + " has no subject " + name));
    }

    /** Which subject a run is of; empty if the paper is not about it. */
    public Optional<Subject> subjectOf(RunConfig config) {
        Map<String, Object> configuration = config.toWholeMap();
        return subjects().stream()
                .filter(subject -> subject.fits(configuration))
                .findFirst();
    }

    /** What a run of this paper is called. */
    String title(RunConfig config) {
        return subjectOf(config).map(Subject::title).orElse(config.task().name()) + " seed "
                + config.training().seed();
    }

    /**
     * Parts by their names, each once.
     *
     * @throws UsageException if one is unknown
     */
    public List<Part> parts(List<String> names) {
        List<String> known = parts.stream().map(Part::name).toList();
        return names.stream()
                .distinct()
                .map(name -> parts.stream()
                        .filter(part -> part.name().equals(name))
                        .findFirst()
                        .orElseThrow(() -> new UsageException("the paper has no part '" + name + "'"
                                + NearestName.hint(name, known) + " (parts: "
                                + known.stream().collect(Collectors.joining(", ")) + ")")))
                .toList();
    }
}
