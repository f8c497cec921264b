package dev.spectraledge.analysis.paper;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A claim of a paper, from the resource {@code claims.json}: what it says, which number of ours is the published one, and what
 * could have refuted it.
 *
 * @param id as other documents name it
 * @param statement what the paper says
 * @param section title of the section of the page that shows it
 * @param label of the published number
 * @param published ours as published
 * @param controls each could have refuted the claim
 * @param sentences what to say, by outcome
 */
record Claim(
        String id,
        String statement,
        String section,
        String label,
        SubjectSelector published,
        List<ClaimControl> controls,
        Map<String, String> sentences) {
    private static final String RESOURCE = "claims.json";

    static List<Claim> read(String text) {
        return ResourceEntry.parse(text, RESOURCE).objects("claims").stream()
                .map(Claim::of)
                .toList();
    }

    private static Claim of(ResourceEntry entry) {
        Map<String, String> sentences = new TreeMap<>();
        entry.object("sentences").fields().forEach((outcome, sentence) -> sentences.put(outcome, sentence.toString()));
        return new Claim(
                entry.text("id"),
                entry.text("claim"),
                entry.text("section"),
                entry.object("published").text("label"),
                SubjectSelector.of(entry.object("published")),
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

    /** The plain sentence for an outcome; empty where nothing was measured. */
    String sentence(Outcome outcome) {
        return sentences.getOrDefault(outcome.text(), "");
    }
}
