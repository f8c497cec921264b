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
        RULES.put(
                "decline", "decline, the published rule: g₂₃ falls to less than 1/1.5 of its maximum by the grok step");
        RULES.put("half-maximum", "half of the maximum, stated beforehand: g₂₃/Σσ² is below it for three windows");
        RULES.put(
                "opening",
                "opening: σ_k*/σ_k*+1 is above twice the median of the ten windows before, for three windows");
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
                "The Thesis counts 24 of 24 runs with weight decay in which gap dynamics precede grokking, and 0"
                        + " (later 1) of 24 without. Without decay nothing groks, and as published such a run has no"
                        + " decline by definition. Here each is looked at up to the grok step of the run with its task and"
                        + " seed. The last columns say in how many runs the event would come by chance: in the same"
                        + " windows shifted in time, in series with the same spectrum, and in autoregressions as slow,"
                        + " none of which know when the run groks.",
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
                "decay that never groks, up to the matched step"));
        columns.addAll(SURROGATES.values());
        HtmlPage.startBody(page, columns);
        RULES.forEach((rule, words) -> row(page, runs, rule, words));
        page.close().close().close();
    }

    private static void row(Markup page, List<WatchedRun> runs, String rule, String words) {
        page.open("tr").leaf("td", words);
        page.leaf("td", count(runs, rule, Procedure.PUBLISHED, PrecedenceSection::isGrokking));
        page.leaf("td", count(runs, rule, Procedure.CONTROLLED, PrecedenceSection::isGrokking));
        page.leaf("td", count(runs, rule, Procedure.PUBLISHED, PrecedenceSection::isMatched));
        page.leaf("td", count(runs, rule, Procedure.CONTROLLED, PrecedenceSection::isMatched));
        page.leaf("td", count(runs, rule, Procedure.CONTROLLED, run -> !isGrokking(run) && run.decays()));
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
    static String count(double[] preceded) {
        Proportion share = Proportion.ofOnes(preceded);
        return preceded.length == 0
                ? "–"
                : share.hits() + " of " + share.cases() + " (" + NumberText.significant(share.low(), DIGITS) + " … "
                        + NumberText.significant(share.high(), DIGITS) + ")";
    }

    private static String count(List<WatchedRun> runs, String rule, Procedure procedure, Predicate<WatchedRun> which) {
        return count(runs.stream()
                .filter(which)
                .map(run -> run.value(procedure, PRECEDED, rule))
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .toArray());
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

    private static void missing(Markup page, List<WatchedRun> runs, String which, String suffix) {
        List<String> cells = missing(runs, suffix);
        int all = GROKKING.size() * SEEDS.size();
        page.leaf(
                "p",
                cells.isEmpty()
                        ? which + " all " + all + " runs are there."
                        : which + " " + (all - cells.size()) + " of " + all + " runs are there. Missing: "
                                + String.join(", ", cells) + ".",
                "class",
                "note");
    }

    /** The cells of the matrix, as {@code add 42}, on which the published rule said nothing. */
    static List<String> missing(List<WatchedRun> runs, String suffix) {
        return GROKKING.stream()
                .flatMap(name -> SEEDS.stream()
                        .filter(seed -> find(runs, name + suffix, seed)
                                .flatMap(run -> run.value(PRECEDED, "decline").stream()
                                        .boxed()
                                        .findFirst())
                                .isEmpty())
                        .map(seed -> name + suffix + " " + seed))
                .toList();
    }

    private static Optional<WatchedRun> find(List<WatchedRun> runs, String subject, long seed) {
        return runs.stream()
                .filter(run ->
                        run.run().subject().name().equals(subject) && run.run().seed() == seed)
                .findFirst();
    }
}
