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
import dev.spectraledge.trainer.config.ObserverConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * The gap between the second and third mode over a run, its early peak and its decline to the grok step (Lifecycle §4.1, thesis
 * §3.4). Published: one width, at the cadence of the paper's sweep, with the task's script ({@link GapScript}). Controlled: every
 * width and cadence; whether the first update is still in the window at the peak; the gap as a share of the window's energy, and how
 * rarely random updates of the same norms reach it, independent ones and ones with the window's autocorrelation; full windows of
 * equal updates alone ({@link Declines}), of a run that never groks up to the grok step of the run that it is the control of.
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
        GapScript script = GapScript.of(run.protocol(NAME));
        OptionalLong grokStep = grokStep(run, script, phases);
        GapTable published =
                new GapTable(script.windows(trajectory, cadence(run), width(run), grokStep), cadence(run), grokStep);
        if (published.isEmpty()) {
            findings.lack(
                    "no window of " + width(run) + " updates of " + cadence(run) + " steps ends before the run groks",
                    Cadences.settings(cadence(run)));
        } else {
            published(script, published, findings);
        }
        List<String> early = new ArrayList<>();
        if (!published.isEmpty() && !published.reachesGrok()) {
            early.add("as published, at step " + published.atGrok().step());
        }
        for (int width : Cadences.WIDTHS) {
            for (long stride : Cadences.available(run, width)) {
                GapTable table = new GapTable(GapWindows.growing(trajectory, stride, width), stride, grokStep);
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
                            + "), so the gap at the grok step and the decline to it are not measured in them",
                    Cadences.settings(run));
        }
        declines(run, trajectory, reference(run, grokStep, phases), findings);
        findings.figure(figure(run, findings));
        return findings;
    }

    /** Full windows of the snapshots, and those that observers recorded at other cadences. */
    private static void declines(StudiedRun run, Trajectory trajectory, OptionalLong reference, Findings findings) {
        Map<String, GapTable> tables = new LinkedHashMap<>();
        for (int width : Cadences.WIDTHS) {
            for (long stride : Cadences.available(run, width)) {
                tables.put(
                        item(width, stride),
                        new GapTable(GapWindows.full(trajectory, stride, width), stride, reference));
            }
        }
        for (ObserverConfig observer : run.config().observers()) {
            run.spectrum(observer.stride(), observer.window())
                    .ifPresent(table -> tables.putIfAbsent(
                            item(observer.window(), observer.stride()),
                            new GapTable(GapWindows.recorded(table, observer.window()), observer.stride(), reference)));
        }
        tables.forEach((item, table) -> {
            if (!table.isEmpty()) {
                Declines.add(table, item + "/full", findings);
            }
        });
    }

    /** The grok step, or that of the run which lends its phases to one that never groks. */
    private static OptionalLong reference(StudiedRun run, OptionalLong grokStep, PhaseSteps phases) {
        if (grokStep.isPresent()) {
            return grokStep;
        }
        if (run.hasMetrics() && run.grokStep().isPresent()) {
            return run.grokStep();
        }
        Long matched = phases.of(PhaseTable.B).get(Phase.AT_GROK);
        return matched == null ? OptionalLong.empty() : OptionalLong.of(matched);
    }

    /** One script takes every run without weight decay for a control, the other one those that never grok. */
    private static OptionalLong grokStep(StudiedRun run, GapScript script, PhaseSteps phases) {
        if (run.weightDecay() == 0 && (script.declinesWithoutGrokking() || !run.hasMetrics())) {
            return OptionalLong.empty();
        }
        if (run.hasMetrics()) {
            return run.grokStep();
        }
        Long atGrok = phases.of(PhaseTable.B).get(Phase.AT_GROK);
        return atGrok == null ? OptionalLong.empty() : OptionalLong.of(atGrok);
    }

    private static void published(GapScript script, GapTable table, Findings findings) {
        for (GapWindow window : table.windows()) {
            findings.published("g23", "window", window.step(), window.gap());
            findings.published("gap-ratio", "window", window.step(), window.ratio());
            findings.published("edge", "window", window.step(), window.edge());
        }
        GapWindow last = table.atGrok();
        findings.published("early-gap-ratio", "run", last.step(), script.earlyRatio(table));
        findings.published("usual-edge", "run", last.step(), table.usualEdge());
        findings.published("terminal-edge", "run", last.step(), table.terminalEdge());
        if (!table.groks() && !script.declinesWithoutGrokking()) {
            findings.published("declined", "run", last.step(), 0);
            return;
        }
        early(table, script.early(), "run", findings);
        for (EarlyGap which : EarlyGap.values()) {
            early(table, which, which.key(), findings);
        }
        if (table.reachesGrok()) {
            findings.published("grok-g23", "run", last.step(), last.gap());
            findings.published("monotonic", "run", last.step(), table.monotonic() ? 1 : 0);
            findings.published("grok-gap-ratio", "run", last.step(), last.ratio());
        }
    }

    private static void early(GapTable table, EarlyGap which, String item, Findings findings) {
        table.early(which).ifPresent(window -> {
            findings.published("early-g23", item, window.step(), window.gap());
            if (table.reachesGrok()) {
                long last = table.atGrok().step();
                double decline = table.decline(which);
                findings.published("decline", item, last, decline);
                findings.published("declined", item, last, GapTable.isDecline(decline) ? 1 : 0);
            }
        });
    }

    private static void controlled(
            StudiedRun run, Trajectory trajectory, GapTable table, int width, long stride, Findings findings) {
        String item = item(width, stride);
        for (GapWindow row : table.windows()) {
            findings.controlled("g23", item, row.step(), row.gap());
            findings.controlled("relative-g23", item, row.step(), row.relativeGap());
        }
        GapWindow peak = table.peak();
        GapWindow last = table.atGrok();
        long first = trajectory.steps().first();
        findings.controlled("early-g23", item, peak.step(), peak.gap());
        if (table.reachesGrok()) {
            findings.controlled("decline", item, last.step(), table.decline(EarlyGap.UP_TO_GROK));
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
            StudiedRun run, Trajectory trajectory, GapWindow row, long stride, int width, NullModel model) {
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
