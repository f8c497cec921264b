package dev.spectraledge.analysis.paper.thesis;

import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.paper.ComputedSection;
import dev.spectraledge.analysis.paper.Evidence;
import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.Markup;
import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.statistic.Proportion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/**
 * The headline of the Thesis, counted: in how many of 24 runs with weight decay, and of 24 without, an event of the gap precedes
 * grokking, by each rule; beside what the same rule says at the matched step of runs that never grok and of surrogates. The runs that
 * are missing are named.
 */
final class PrecedenceSection implements ComputedSection {
    static final String TITLE = "Events of the gap before grokking";
    private static final String PRECEDED = "preceded";
    private static final String BY_CHANCE = "preceded-by-chance";
    private static final int DIGITS = 2;

    /** Thesis §2.3: four operations, two and three of them at once, Dyck-1 and SCAN. */
    private static final List<String> GROKKING = List.of("add", "sub", "mul", "x2_y2", "dual", "tri", "dyck", "scan");

    private static final List<Long> SEEDS = List.of(42L, 137L, 2024L);
    private static final Map<String, String> RULES = new LinkedHashMap<>();
    private static final Map<String, String> SURROGATES = new LinkedHashMap<>();

    static {
        RULES.put("decline", "as published: g₂₃ falls to less than 1/1.5 of its maximum by the grok step");
        RULES.put("half-maximum", "stated beforehand: g₂₃/Σσ² is below half of its maximum for three windows");
        RULES.put("opening", "R at k* is above twice the median of the ten previous windows, for three windows");
        RULES.put("defect", "onset of the commutator defect, for comparison");
        SURROGATES.put("shifts", "by chance: shifted in time");
        SURROGATES.put("phases", "by chance: other phases");
        SURROGATES.put("autoregression", "by chance: autoregression");
    }

    @Override
    public String title() {
        return TITLE;
    }

    @Override
    public void write(HtmlPage frame, Evidence evidence) {
        List<WatchedRun> runs = WatchedRun.all(evidence).stream()
                .filter(run -> run.reference().isPresent())
                .toList();
        if (runs.isEmpty()) {
            return;
        }
        Markup page = frame.markup();
        frame.section(title());
        page.leaf(
                "p",
                "The Thesis reports that gap dynamics precede grokking in 24 of 24 runs with weight "
                        + "decay and in 0 (later 1) of 24 without. Without decay nothing groks, and by the "
                        + "published definition such a run has no decline. Here each run without decay is examined "
                        + "up to the grok step of the run with the same task and seed. The last columns say in how "
                        + "many runs the event would come by chance: in the same windows shifted in time, in "
                        + "series with the same spectrum, and in equally slow autoregressions. None of these know "
                        + "when the run groks.",
                "class",
                "lead");
        table(page, runs);
        missing(page, runs, "With weight decay", "");
        missing(page, runs, "Without weight decay", "-control");
        page.close();
    }

    private static void table(Markup page, List<WatchedRun> runs) {
        HtmlPage.startWide(page, "Counts by rule").open("table", "class", "numbers runs judged");
        List<String> columns = new ArrayList<>(List.of(
                "rule",
                "with decay, as published",
                "with decay",
                "without decay, as published",
                "without decay, up to the matched step",
                "with decay but never grokking, up to the matched step"));
        columns.addAll(SURROGATES.values());
        HtmlPage.startBody(page, columns);
        RULES.forEach((rule, words) -> row(page, runs, rule, words));
        page.close().close().close();
    }

    private static void row(Markup page, List<WatchedRun> runs, String rule, String words) {
        page.open("tr").open("td").leaf("b", rule).leaf("small", words).close();
        count(page, runs, rule, Procedure.PUBLISHED, PrecedenceSection::isGrokking);
        count(page, runs, rule, Procedure.CONTROLLED, PrecedenceSection::isGrokking);
        count(page, runs, rule, Procedure.PUBLISHED, PrecedenceSection::isMatched);
        count(page, runs, rule, Procedure.CONTROLLED, PrecedenceSection::isMatched);
        count(page, runs, rule, Procedure.CONTROLLED, run -> !isGrokking(run) && run.decays());
        SURROGATES.keySet().forEach(surrogate -> page.leaf("td", expected(runs, rule + "/" + surrogate)));
        page.close();
    }

    private static boolean isGrokking(WatchedRun run) {
        return GROKKING.contains(run.run().subject().name());
    }

    /** Without decay, the control of a run that is counted. */
    private static boolean isMatched(WatchedRun run) {
        return run.run().subject().controlOf().filter(GROKKING::contains).isPresent() && !run.decays();
    }

    /** A count with Wilson's interval of its share. */
    private static void count(
            Markup page, List<WatchedRun> runs, String rule, Procedure procedure, Predicate<WatchedRun> which) {
        Proportion share = Proportion.ofOnes(runs.stream()
                .filter(which)
                .map(run -> run.value(procedure, PRECEDED, rule))
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .toArray());
        if (share.cases() == 0) {
            page.leaf("td", "–");
            return;
        }
        page.open("td").text(share.hits() + " of " + share.cases());
        page.leaf(
                        "small",
                        "share " + NumberText.significant(share.low(), DIGITS) + " … "
                                + NumberText.significant(share.high(), DIGITS))
                .close();
    }

    /** How many grokking runs have the event in their surrogates, on average. */
    private static String expected(List<WatchedRun> runs, String item) {
        double[] shares = runs.stream()
                .filter(PrecedenceSection::isGrokking)
                .map(run -> run.value(BY_CHANCE, item))
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .toArray();
        double sum = 0;
        for (double share : shares) {
            sum += share;
        }
        return shares.length == 0 ? "–" : NumberText.significant(sum, DIGITS) + " of " + shares.length;
    }

    /** Names the cells of the matrix, as {@code add 42 137}, on which the published rule said nothing. */
    private static void missing(Markup page, List<WatchedRun> runs, String which, String suffix) {
        List<String> cells = new ArrayList<>();
        int all = GROKKING.size() * SEEDS.size();
        int there = all;
        for (String name : GROKKING) {
            List<String> seeds = SEEDS.stream()
                    .filter(seed -> !isCounted(runs, name + suffix, seed))
                    .map(String::valueOf)
                    .toList();
            there -= seeds.size();
            if (!seeds.isEmpty()) {
                cells.add(name + suffix + " " + String.join(" ", seeds));
            }
        }
        page.leaf(
                "p",
                cells.isEmpty()
                        ? which + " all " + all + " runs are there."
                        : which + " " + there + " of " + all + " runs are there. Missing: " + String.join(", ", cells)
                                + ".",
                "class",
                "note");
    }

    private static boolean isCounted(List<WatchedRun> runs, String subject, long seed) {
        return find(runs, subject, seed)
                .map(run -> run.value(PRECEDED, "decline").isPresent())
                .orElse(false);
    }

    private static Optional<WatchedRun> find(List<WatchedRun> runs, String subject, long seed) {
        return runs.stream()
                .filter(run ->
                        run.run().subject().name().equals(subject) && run.run().seed() == seed)
                .findFirst();
    }
}
