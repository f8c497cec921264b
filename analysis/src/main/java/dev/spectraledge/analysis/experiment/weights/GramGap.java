package dev.spectraledge.analysis.experiment.weights;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.PhaseFigures;
import dev.spectraledge.analysis.experiment.PhaseFigures.Curve;
import dev.spectraledge.analysis.experiment.SnapshotSteps;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.Trajectory;
import dev.spectraledge.analysis.nulls.NullDistribution;
import dev.spectraledge.analysis.nulls.NullModel;
import dev.spectraledge.analysis.phase.Phase;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.spectrum.GramMatrix;
import dev.spectraledge.kernels.PhiloxKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * The gap between the second and third mode over a run, its early peak and its decline to the grok step (Lifecycle §4.1).
 * Published: one width, at the cadence of the paper's sweep. Controlled: every width and cadence; whether the first update is
 * still in the window at the peak; the gap as a share of the window's energy, and how rarely random updates of the same norms
 * reach it, independent ones and ones with the window's autocorrelation.
 */
public final class GramGap implements Experiment {
    private static final String NAME = "gram-gap";
    private static final int DRAWS = 99;
    private static final long STREAM = 0x67617032;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String question() {
        return "Does the gap below the edge rise early and fall until the run groks, in windows of every kind?";
    }

    /** Updates per window, as published. */
    private static int width(StudiedRun run) {
        return run.protocol(NAME).count(Parameter.WINDOW);
    }

    /** Of the paper's sweep. */
    private static long cadence(StudiedRun run) {
        return Cadences.published(run, NAME);
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        Trajectory trajectory = Trajectory.of(run);
        OptionalLong grokStep = grokStep(run, phases);
        GapTable published = new GapTable(trajectory, cadence(run), width(run), grokStep);
        if (published.isEmpty()) {
            findings.lack(
                    "no window of " + width(run) + " updates of " + cadence(run) + " steps ends before the run groks",
                    Cadences.settings(run));
        } else {
            published(published, findings);
        }
        List<String> early = new ArrayList<>();
        if (!published.isEmpty() && !published.reachesGrok()) {
            early.add("as published, at step " + published.atGrok().step());
        }
        for (int width : Cadences.WIDTHS) {
            for (long stride : Cadences.available(run, width)) {
                GapTable table = new GapTable(trajectory, stride, width, grokStep);
                if (!table.isEmpty()) {
                    controlled(run, trajectory, table, width, stride, findings);
                    if (!table.reachesGrok()) {
                        early.add(item(width, stride) + " at step "
                                + table.atGrok().step());
                    }
                }
            }
        }
        if (!early.isEmpty()) {
            findings.lack(
                    "the run groks at step " + grokStep.getAsLong()
                            + ", but the last windows before it end long before ("
                            + String.join("; ", early)
                            + "), so that the gap at the grok step and the decline to it are not"
                            + " measured of them",
                    Cadences.settings(run));
        }
        findings.figure(figure(run, findings));
        return findings;
    }

    private static OptionalLong grokStep(StudiedRun run, PhaseSteps phases) {
        if (run.weightDecay() == 0) {
            return OptionalLong.empty();
        }
        if (run.hasMetrics()) {
            return run.grokStep();
        }
        Long atGrok = phases.of(PhaseTable.B).get(Phase.AT_GROK);
        return atGrok == null ? OptionalLong.empty() : OptionalLong.of(atGrok);
    }

    private static void published(GapTable table, Findings findings) {
        for (GapTable.Row row : table.rows()) {
            findings.published("g23", "window", row.step(), row.gap());
            findings.published("gap-ratio", "window", row.step(), row.ratio());
            findings.published("edge", "window", row.step(), row.edge());
        }
        GapTable.Row peak = table.peak();
        GapTable.Row last = table.atGrok();
        findings.published("early-g23", "run", peak.step(), peak.gap());
        findings.published("early-gap-ratio", "run", last.step(), table.earlyRatio());
        findings.published("usual-edge", "run", last.step(), table.usualEdge());
        if (table.reachesGrok()) {
            findings.published("grok-g23", "run", last.step(), last.gap());
            findings.published("decline", "run", last.step(), table.decline());
            findings.published("monotonic", "run", last.step(), table.monotonic() ? 1 : 0);
            findings.published("grok-gap-ratio", "run", last.step(), last.ratio());
        }
    }

    private static void controlled(
            StudiedRun run, Trajectory trajectory, GapTable table, int width, long stride, Findings findings) {
        String item = item(width, stride);
        for (GapTable.Row row : table.rows()) {
            findings.controlled("g23", item, row.step(), row.gap());
            findings.controlled("relative-g23", item, row.step(), row.relativeGap());
        }
        GapTable.Row peak = table.peak();
        GapTable.Row last = table.atGrok();
        long first = trajectory.steps().first();
        findings.controlled("early-g23", item, peak.step(), peak.gap());
        if (table.reachesGrok()) {
            findings.controlled("decline", item, last.step(), table.decline());
            findings.controlled("decline-of-relative-g23", item, last.step(), peak.relativeGap() / last.relativeGap());
        }
        findings.controlled(
                "first-update-at-peak", item, peak.step(), peak.step() - stride * peak.updates() == first ? 1 : 0);
        for (NullModel model : NullModel.values()) {
            String nullItem = item + "/" + model.name().toLowerCase(Locale.ROOT);
            findings.controlled(
                    "g23-exceedance", nullItem, peak.step(), exceedance(run, trajectory, peak, stride, width, model));
            if (last.step() != peak.step()) {
                findings.controlled(
                        "g23-exceedance",
                        nullItem,
                        last.step(),
                        exceedance(run, trajectory, last, stride, width, model));
            }
        }
    }

    private static String item(int width, long stride) {
        return "W=" + width + "/stride=" + stride;
    }

    private static double exceedance(
            StudiedRun run, Trajectory trajectory, GapTable.Row row, long stride, int width, NullModel model) {
        GramMatrix gram = trajectory.gram(SnapshotSteps.window(trajectory.steps(), row.step(), stride, width));
        NullDistribution distribution = new NullDistribution(
                row.updates(), DRAWS, new PhiloxKey(run.config().training().seed(), STREAM));
        distribution.compute(model, gram, 0, row.updates(), trajectory.parameters(), row.step());
        return distribution.exceedance(
                NullDistribution.statistics(row.updates()).indexOf("g23"));
    }

    private static Figure figure(StudiedRun run, Findings findings) {
        List<Curve> widths = new ArrayList<>();
        List<Curve> cadences = new ArrayList<>();
        int colour = 0;
        for (int width : Cadences.WIDTHS) {
            widths.add(
                    Curve.solid("g23", "W=" + width + "/stride=" + Cadences.published(run), "W = " + width, colour++));
        }
        colour = 0;
        for (long stride : Cadences.available(run, width(run))) {
            cadences.add(Curve.solid(
                    "g23", "W=" + width(run) + "/stride=" + stride, "every " + stride + " steps", colour++));
        }
        return new Figure(
                "gap",
                "Gap σ_2² − σ_3² over the run",
                3,
                List.of(
                        PhaseFigures.panel(
                                "As published",
                                Axis.log("step"),
                                Axis.log("g23"),
                                findings,
                                List.of(Curve.published("g23", "window", "W = " + width(run), Palette.BLUE)),
                                List.of()),
                        PhaseFigures.panel(
                                "By width, every " + Cadences.published(run) + " steps",
                                Axis.log("step"),
                                Axis.log("g23"),
                                findings,
                                widths,
                                List.of()),
                        PhaseFigures.panel(
                                "By cadence, W = " + width(run),
                                Axis.log("step"),
                                Axis.log("g23"),
                                findings,
                                cadences,
                                List.of())));
    }
}
