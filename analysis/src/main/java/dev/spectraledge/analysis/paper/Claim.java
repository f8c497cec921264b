package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.statistic.Statistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.DoubleStream;

/**
 * A claim of a paper, from the resource {@code claims.json}: what it says, which number of ours is the published one, and what
 * could have refuted it.
 *
 * @param id as other documents name it
 * @param statement what the paper says
 * @param section title of the section of the page that shows it; empty where nothing was measured that could be shown
 * @param label of the published number
 * @param published ours as published; empty where nothing of ours stands beside it
 * @param isCounted whether ours are 1 or 0 in each run, and the paper prints in how many it is 1
 * @param printed what the paper prints of that number; empty where it prints none
 * @param incomparable why there is nothing to compare ours with; empty where there is, or where nobody asks
 * @param vacuous why it cannot fail as published; empty where it can
 * @param untestable why nobody can test it; empty where somebody can
 * @param unreached what of it needs a scale that no run here has; empty for nothing
 * @param controls each could have refuted the claim
 * @param sentences what to say, by outcome
 */
record Claim(
        String id,
        String statement,
        String section,
        String label,
        Optional<SubjectSelector> published,
        boolean isCounted,
        Optional<Printed> printed,
        String incomparable,
        String vacuous,
        String untestable,
        String unreached,
        List<ClaimControl> controls,
        Map<String, String> sentences) {
    private static final String RESOURCE = "claims.json";
    private static final String PUBLISHED = "published";

    /** A number that the paper prints, and which values agree with it. */
    record Printed(String text, double low, double high) {
        boolean agrees(double... ours) {
            return DoubleStream.of(ours).allMatch(value -> value >= low && value <= high);
        }
    }

    static List<Claim> read(String text) {
        return ResourceEntry.parse(text, RESOURCE).objects("claims").stream()
                .map(Claim::of)
                .toList();
    }

    private static Claim of(ResourceEntry entry) {
        Map<String, String> sentences = new TreeMap<>();
        if (entry.has("sentences")) {
            entry.object("sentences")
                    .fields()
                    .forEach((outcome, sentence) -> sentences.put(outcome, sentence.toString()));
        }
        Optional<ResourceEntry> published =
                entry.has(PUBLISHED) ? Optional.of(entry.object(PUBLISHED)) : Optional.empty();
        return new Claim(
                entry.text("id"),
                entry.text("claim"),
                entry.text("section"),
                published.map(shown -> shown.text("label")).orElse(""),
                published.map(SubjectSelector::of),
                published.map(shown -> shown.isTrue("counted")).orElse(false),
                published
                        .filter(shown -> shown.has("printed"))
                        .map(shown -> new Printed(shown.text("printed"), shown.number("low"), shown.number("high"))),
                entry.text("nothing to compare because"),
                entry.text("cannot fail because"),
                entry.text("not testable because"),
                entry.text("needs the published scale"),
                entry.objects("controls").stream().map(ClaimControl::read).toList(),
                sentences);
    }

    /** It survives if every control was asked and it survives each, and does not if it fails one. */
    static Outcome together(List<Outcome> outcomes) {
        List<Outcome> measured = outcomes.stream()
                .filter(outcome -> outcome != Outcome.NOT_MEASURED)
                .toList();
        if (measured.isEmpty()) {
            return Outcome.NOT_MEASURED;
        }
        if (measured.contains(Outcome.DOES_NOT)) {
            return Outcome.DOES_NOT;
        }
        boolean isWhole = measured.size() == outcomes.size();
        return isWhole && !measured.contains(Outcome.OPEN) ? Outcome.SURVIVES : Outcome.OPEN;
    }

    /** Whether our values agree with what the paper prints; empty where there is nothing of either, or where it could not fail. */
    Optional<Boolean> agrees(double[] ours) {
        return ours.length == 0 || !vacuous.isEmpty()
                ? Optional.empty()
                : printed.map(number -> number.agrees(isCounted ? new double[] {Statistics.mean(ours)} : ours));
    }

    /** How our values stand against the paper, in words; empty where nobody asks. */
    String verdict(double[] ours) {
        if (!vacuous.isEmpty()) {
            return "cannot fail as published: " + vacuous;
        }
        return agrees(ours)
                .map(agrees ->
                        "the paper has " + printed.orElseThrow().text() + ": " + (agrees ? "agrees" : "contradicts"))
                .orElse(incomparable);
    }

    /** The plain sentence for an outcome; empty where nothing was measured. */
    String sentence(Outcome outcome) {
        return sentences.getOrDefault(outcome.text(), "");
    }
}
