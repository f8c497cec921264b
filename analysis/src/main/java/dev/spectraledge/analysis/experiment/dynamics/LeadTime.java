package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.FindingsFolder;
import dev.spectraledge.analysis.experiment.JointExperiment;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.RecordedFindings;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.GrokRule;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Points;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.trainer.RunException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Whether the lead of the defect's onset over grokking follows a power law of the grok step (Lifecycle §4.23, thesis §5.4): on the
 * published tables, and on what {@link DefectTrace} found in runs of one's own; and in how many runs there is a lead. Controlled: an
 * interval over resampled runs, the runs left out one by one, the bound lead ≤ grok, and onsets exchanged among the runs; whether
 * runs that never grok have onsets as well.
 */
public final class LeadTime implements JointExperiment {
    private static final int FEWEST = 3;
    private static final String DEFECT = "defect";
    /** Definitions of grokking that leads are published to. */
    private static final List<GrokRule> RULES =
            List.of(GrokRule.FIRST_50, GrokRule.FIRST_90, GrokRule.FIRST_95, GrokRule.SUSTAINED_98);

    private static final double LOW = 0.025;
    private static final double HIGH = 0.975;

    @Override
    public String name() {
        return "lead-time-law";
    }

    @Override
    public String question() {
        return "Does the lead of the defect's onset grow faster than the grok step, or is it the grok step?";
    }

    @Override
    public Findings measure(List<StudiedRun> runs, Function<StudiedRun, FindingsFolder> folders) {
        Findings findings = new Findings();
        List<Panel> panels = new ArrayList<>();
        panels.add(law("published-scan", "SCAN, published table", PublishedLeads.scan(), findings));
        panels.add(law("published-dyck", "Dyck, published table", PublishedLeads.dyck(), findings));
        means("published-scan/means", PublishedLeads.scan(), findings);
        means("published-dyck/means", PublishedLeads.dyck(), findings);
        panels.add(law("published-dual", "Two tasks at once, published table", PublishedLeads.dual(), findings));
        panels.add(modular(findings));
        List<LeadTimeLaw.Point> own = own(runs, folders, findings);
        if (own.stream().filter(point -> point.lead() > 0).count() >= FEWEST) {
            panels.add(law("runs", "These runs", own, findings));
        } else {
            findings.remark("a law of these runs needs at least three with a lead, there are " + own.size());
        }
        findings.figure(
                new Figure("fits", "Lead against grok step, with the fit and the bound", panels.size(), panels));
        return findings;
    }

    /** The table of thesis §5.4: the law of its leads to 0.98, which a second learning rate has as well, and the signs of all. */
    private static Panel modular(Findings findings) {
        List<PublishedLeads.ModularRun> runs = PublishedLeads.modular();
        for (GrokRule rule : RULES) {
            signs(
                    "published-modular/" + rule.key(),
                    runs.stream().map(run -> run.point(rule)).toList(),
                    findings);
        }
        List<LeadTimeLaw.Point> points =
                runs.stream().map(run -> run.point(GrokRule.SUSTAINED_98)).toList();
        for (double share : List.of(0.0, 1.0)) {
            List<LeadTimeLaw.Point> both = new ArrayList<>(points);
            both.addAll(PublishedLeads.slowModular(share));
            PowerLaw fit = new LeadTimeLaw(both).fit();
            String item = "published-modular/two rates/" + (share == 0 ? "early" : "late");
            findings.published("exponent", item, 0, fit.exponent());
            findings.published("explained", item, 0, fit.squaredCorrelation());
            findings.published("points", item, 0, fit.points());
        }
        double usual = Statistics.median(
                runs.stream().mapToDouble(PublishedLeads.ModularRun::first90).toArray());
        List<Double> others = PublishedLeads.onsetsWithoutGrokking();
        int inTime = (int) others.stream().filter(onset -> onset < usual).count();
        int led = LeadSigns.of(
                        runs.stream().map(run -> run.point(GrokRule.FIRST_90)).toList())
                .leads();
        findings.controlled("onset-without-grokking", "published-modular", 0, (double) inTime / others.size());
        findings.controlled(
                "association-p",
                "published-modular",
                0,
                LeadSigns.association(led, runs.size(), inTime, others.size()));
        return law("published-modular", "Modular arithmetic, published table", points, findings);
    }

    private static void signs(String item, List<LeadTimeLaw.Point> points, Findings findings) {
        LeadSigns signs = LeadSigns.of(points);
        findings.published(
                "mean-lead",
                item,
                0,
                Statistics.mean(points.stream().map(LeadTimeLaw.Point::lead).toList()));
        findings.published("runs-led", item, 0, signs.leads());
        findings.published("points", item, 0, points.size());
        findings.published("sign-p", item, 0, signs.probability());
    }

    /** Of the runs that grok, of each task where they learn several; the others say how often there is an onset without it. */
    private static List<LeadTimeLaw.Point> own(
            List<StudiedRun> runs, Function<StudiedRun, FindingsFolder> folders, Findings findings) {
        Map<GrokRule, List<LeadTimeLaw.Point>> own = new EnumMap<>(GrokRule.class);
        RULES.forEach(rule -> own.put(rule, new ArrayList<>()));
        int others = 0;
        int risenOthers = 0;
        int grokked = 0;
        int risen = 0;
        for (StudiedRun run : runs) {
            RecordedFindings found = defects(run, folders.apply(run));
            boolean rises =
                    !found.curve(Procedure.PUBLISHED, "onset-step", DEFECT).isEmpty();
            if (run.hasMetrics() && run.grokStep().isEmpty()) {
                others++;
                risenOthers += rises ? 1 : 0;
            } else {
                grokked++;
                risen += rises ? 1 : 0;
            }
            for (GrokRule rule : RULES) {
                own.get(rule).addAll(points(run, found, rule));
            }
            if (points(run, found, GrokRule.SUSTAINED_98).isEmpty()) {
                findings.remark(run.name()
                        + " is left out, because its defect never rose or its accuracy never stayed at 0.98");
            }
        }
        own.forEach((rule, points) -> {
            if (!points.isEmpty()) {
                signs("runs/" + rule.key(), points, findings);
            }
        });
        if (others > 0) {
            findings.controlled("onset-without-grokking", "runs", 0, (double) risenOthers / others);
            findings.controlled("association-p", "runs", 0, LeadSigns.association(risen, grokked, risenOthers, others));
        }
        return own.get(GrokRule.SUSTAINED_98);
    }

    private static List<LeadTimeLaw.Point> points(StudiedRun run, RecordedFindings found, GrokRule rule) {
        List<Measurement> onset = found.curve(Procedure.PUBLISHED, "onset-step", DEFECT);
        List<LeadTimeLaw.Point> points = new ArrayList<>();
        List<String> tasks = run.config().task().objectives();
        for (String task : tasks) {
            boolean several = tasks.size() > 1;
            List<Measurement> grok =
                    found.curve(Procedure.PUBLISHED, "grok-step", rule.key() + (several ? "/" + task : ""));
            if (!onset.isEmpty() && !grok.isEmpty()) {
                points.add(new LeadTimeLaw.Point(
                        run.name() + (several ? ", " + task : ""),
                        grok.getFirst().value(),
                        onset.getFirst().value()));
            }
        }
        return points;
    }

    private static RecordedFindings defects(StudiedRun run, FindingsFolder folder) {
        Path file = folder.file(new DefectTrace());
        if (Files.notExists(file)) {
            throw new RunException("there is no " + file + "; measure it first: sedge experiment " + DefectTrace.NAME
                    + " " + run.directory());
        }
        return RecordedFindings.read(file);
    }

    private static void means(String item, List<LeadTimeLaw.Point> points, Findings findings) {
        PowerLaw fit = new LeadTimeLaw(PublishedLeads.means(points)).fit();
        findings.published("exponent", item, 0, fit.exponent());
        findings.published("explained", item, 0, fit.squaredCorrelation());
    }

    private static Panel law(String item, String title, List<LeadTimeLaw.Point> points, Findings findings) {
        LeadTimeLaw law = new LeadTimeLaw(points);
        PowerLaw fit = law.fit();
        findings.published("exponent", item, 0, fit.exponent());
        findings.published("factor", item, 0, fit.factor());
        findings.published("explained", item, 0, fit.squaredCorrelation());
        findings.published("standard-error", item, 0, fit.standardError());
        findings.published("points", item, 0, fit.points());
        double[] interval = law.bootstrapInterval(LOW, HIGH);
        findings.controlled("exponent", item + "/low", 0, interval[0]);
        findings.controlled("exponent", item + "/high", 0, interval[1]);
        Comparator<LeadTimeLaw.LeftOut> byExponent =
                Comparator.comparingDouble(left -> left.fit().exponent());
        List<LeadTimeLaw.LeftOut> leftOut =
                law.leaveOneOut().stream().sorted(byExponent).toList();
        for (LeadTimeLaw.LeftOut left : List.of(leftOut.getFirst(), leftOut.getLast())) {
            findings.controlled(
                    "exponent",
                    item + "/without " + left.without(),
                    0,
                    left.fit().exponent());
            findings.controlled(
                    "explained",
                    item + "/without " + left.without(),
                    0,
                    left.fit().squaredCorrelation());
        }
        Null exchanged = law.exchanged();
        findings.controlled("lead-over-grok", item, 0, law.meanFraction());
        findings.controlled("explained", item + "/exchanged", 0, exchanged.median());
        findings.controlled("explained", item + "/exchanged-high", 0, exchanged.bound(HIGH));
        findings.controlled(
                "exchanged-share", item, 0, exchanged.probability(law.fit().squaredCorrelation()));
        findings.controlled("fraction-exponent", item, 0, law.fractionLaw().exponent());
        findings.controlled(
                "fraction-exponent",
                item + "/standard-error",
                0,
                law.fractionLaw().standardError());
        return panel(title, law);
    }

    private static Panel panel(String title, LeadTimeLaw law) {
        double[] grok = law.points().stream()
                .mapToDouble(LeadTimeLaw.Point::grok)
                .sorted()
                .toArray();
        double[] ends = {grok[0], grok[grok.length - 1]};
        double[] fitted = new double[ends.length];
        for (int i = 0; i < ends.length; i++) {
            fitted[i] = law.fit().factor() * Math.pow(ends[i], law.fit().exponent());
        }
        Points points = new Points(
                "runs",
                law.points().stream().mapToDouble(LeadTimeLaw.Point::grok).toArray(),
                law.points().stream().mapToDouble(LeadTimeLaw.Point::lead).toArray(),
                law.points().stream().map(LeadTimeLaw.Point::name).toList(),
                Palette.BLUE,
                Points.Mark.DOT);
        return new Panel(
                title,
                Axis.log("grok step"),
                Axis.log("lead in steps"),
                List.of(),
                List.of(
                        Line.solid("fit", ends, fitted, Palette.VERMILION),
                        Line.dashed("lead = grok step", ends, ends.clone(), Palette.GREY)),
                List.of(points),
                List.of(),
                List.of(),
                List.of(),
                true);
    }
}
