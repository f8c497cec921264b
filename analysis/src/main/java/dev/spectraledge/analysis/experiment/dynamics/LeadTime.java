package dev.spectraledge.analysis.experiment.dynamics;

import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.FindingsFolder;
import dev.spectraledge.analysis.experiment.JointExperiment;
import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.RecordedFindings;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Points;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.trainer.RunException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * Whether the lead of the defect's onset over grokking follows a power law of the grok step (Lifecycle §4.23): on the
 * published tables, and on what {@link DefectTrace} found in runs of one's own. Controlled: an interval over resampled runs,
 * the runs left out one by one, the bound lead ≤ grok, and onsets exchanged among the runs.
 */
public final class LeadTime implements JointExperiment {
    private static final int FEWEST = 3;
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
        List<LeadTimeLaw.Point> own = new ArrayList<>();
        for (StudiedRun run : runs) {
            RecordedFindings found = defects(run, folders.apply(run));
            List<Measurement> onset = found.curve(Procedure.PUBLISHED, "onset-step", "defect");
            List<Measurement> grok = found.curve(Procedure.PUBLISHED, "grok-step", "sustained-98");
            if (onset.isEmpty() || grok.isEmpty()) {
                findings.remark(
                        run.name() + " is left out: its defect never rose, or it never held an accuracy of 0.98");
            } else {
                own.add(new LeadTimeLaw.Point(
                        run.name(), grok.getFirst().value(), onset.getFirst().value()));
            }
        }
        if (own.stream().filter(point -> point.lead() > 0).count() >= FEWEST) {
            panels.add(law("runs", "These runs", own, findings));
        } else {
            findings.remark("a law of these runs needs at least three with a lead, there are " + own.size());
        }
        findings.figure(
                new Figure("fits", "Lead against grok step, with the fit and the bound", panels.size(), panels));
        return findings;
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
