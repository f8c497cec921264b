package dev.spectraledge.analysis.paper.thesis;

import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.RecordedFindings;
import dev.spectraledge.analysis.paper.ComputedSection;
import dev.spectraledge.analysis.paper.Evidence;
import dev.spectraledge.analysis.paper.SubjectRun;
import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.Markup;
import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.statistic.Proportion;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The headline of the Thesis, counted: in how many runs an event of the gap precedes grokking, by each rule, beside what the same
 * rule says of runs that never grok and of values shifted in time.
 */
final class PrecedenceSection implements ComputedSection {
    private static final String EXPERIMENT = "gap-events";
    private static final String PRECEDED = "preceded";
    private static final int DIGITS = 2;
    private static final Map<String, String> RULES = new LinkedHashMap<>();

    static {
        RULES.put("decline", "as published: g₂₃ falls to less than 1/1.5 of its maximum up to the grok step");
        RULES.put("half-maximum", "stated before: g₂₃/Σσ² below half of its maximum for three windows");
        RULES.put("opening", "σ_k*/σ_k*+1 above twice the median of the ten windows before, for three windows");
        RULES.put("defect", "onset of the commutator defect");
    }

    /** A run, and whether it has grokked. */
    private record Watched(SubjectRun run, RecordedFindings findings, boolean grokked) {
        boolean decays() {
            return !Double.valueOf(0).equals(run.subject().settings().get("training.weightDecay"));
        }
    }

    @Override
    public String title() {
        return "Events of the gap before grokking";
    }

    @Override
    public void write(HtmlPage frame, Evidence evidence) {
        List<Watched> runs = watched(evidence);
        if (runs.isEmpty()) {
            return;
        }
        Markup page = frame.markup();
        frame.section(title());
        page.leaf(
                "p",
                "The Thesis counts 24 of 24 runs with weight decay whose grokking gap dynamics precede, and 0 (later"
                        + " 1) of 24 without. Without decay nothing groks, and as published such a run has no decline by"
                        + " definition. Here it is looked at up to the grok step of the run with its task and seed. The"
                        + " last column says how often the rule would fire if the same windows had come at any other"
                        + " time.",
                "class",
                "lead");
        HtmlPage.startWide(page, "Counts by rule").open("table", "class", "numbers runs judged");
        HtmlPage.startBody(
                page,
                List.of(
                        "rule",
                        "grokking runs, as published",
                        "grokking runs",
                        "runs without decay, as published",
                        "without decay, at the matched step",
                        "decay, never groks, at the matched step",
                        "grokking runs, shifted in time"));
        RULES.forEach((rule, words) -> row(page, runs, rule, words));
        page.close().close().close().close();
    }

    private static List<Watched> watched(Evidence evidence) {
        List<Watched> runs = new ArrayList<>();
        for (SubjectRun run : evidence.runs()) {
            run.findings(EXPERIMENT)
                    .ifPresent(findings -> findings.curve(Procedure.CONTROLLED, "grokked", "run").stream()
                            .findFirst()
                            .ifPresent(grokked -> runs.add(new Watched(run, findings, grokked.value() == 1))));
        }
        return runs;
    }

    private static void row(Markup page, List<Watched> runs, String rule, String words) {
        page.open("tr").leaf("td", words);
        page.leaf("td", count(runs, rule, Procedure.PUBLISHED, Watched::grokked));
        page.leaf("td", count(runs, rule, Procedure.CONTROLLED, Watched::grokked));
        page.leaf("td", count(runs, rule, Procedure.PUBLISHED, run -> !run.grokked() && !run.decays()));
        page.leaf("td", count(runs, rule, Procedure.CONTROLLED, run -> !run.grokked() && !run.decays()));
        page.leaf("td", count(runs, rule, Procedure.CONTROLLED, run -> !run.grokked() && run.decays()));
        double[] shares = values(runs, "preceded-when-shifted", rule, Procedure.CONTROLLED, Watched::grokked);
        page.leaf(
                "td",
                shares.length == 0
                        ? "–"
                        : NumberText.significant(Statistics.mean(shares) * shares.length, DIGITS) + " of "
                                + shares.length);
        page.close();
    }

    /** A count with Wilson's interval of its share. */
    static String count(double[] preceded) {
        int hits = (int) Arrays.stream(preceded).filter(value -> value == 1).count();
        Proportion share = Proportion.of(hits, preceded.length);
        return preceded.length == 0
                ? "–"
                : hits + " of " + preceded.length + " (" + NumberText.significant(share.low(), DIGITS) + " … "
                        + NumberText.significant(share.high(), DIGITS) + ")";
    }

    private static String count(List<Watched> runs, String rule, Procedure procedure, Predicate<Watched> which) {
        return count(values(runs, PRECEDED, rule, procedure, which));
    }

    private static double[] values(
            List<Watched> runs, String quantity, String rule, Procedure procedure, Predicate<Watched> which) {
        return runs.stream()
                .filter(which)
                .flatMap(run ->
                        run.findings().curve(procedure, quantity, rule).stream().limit(1))
                .mapToDouble(Measurement::value)
                .filter(Double::isFinite)
                .toArray();
    }
}
