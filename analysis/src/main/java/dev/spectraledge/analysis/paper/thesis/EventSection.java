package dev.spectraledge.analysis.paper.thesis;

import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.paper.ComputedSection;
import dev.spectraledge.analysis.paper.CurveSide;
import dev.spectraledge.analysis.paper.Evidence;
import dev.spectraledge.analysis.paper.WindowName;
import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.Markup;
import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.report.plot.EventMark;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The three events that the Thesis has precede grokking, a figure each: as published beside the run without decay, by other windows and
 * cadences, and of every run together.
 */
final class EventSection implements ComputedSection {
    static final String TITLE = "Flip, decline and onset";
    private static final int COLUMNS = 3;
    private static final int DIGITS = 3;

    /** Whose curves are drawn where there are several tasks. */
    private static final String USUAL = "add";

    private static final String SHARE = "gradient-share";
    private static final String GAP = "relative-g23";
    private static final String DEFECT = "defect";

    /** Windows and cadences, the published one first. */
    private static final List<String> WINDOWS =
            List.of("W=10/stride=100", "W=5/stride=100", "W=10/stride=25", "W=10/stride=1");

    @Override
    public String title() {
        return TITLE;
    }

    @Override
    public void write(HtmlPage frame, Evidence evidence) {
        List<WatchedRun> runs = WatchedRun.all(evidence);
        Optional<String> drawn = drawn(runs);
        if (drawn.isEmpty()) {
            return;
        }
        Markup page = frame.markup();
        frame.section(title());
        page.leaf(
                "p",
                "Three events come before grokking in the published figures. Each is drawn as published, with and"
                        + " without weight decay (left), through other windows and cadences or another scale (middle),"
                        + " and for every run of this page (right). Dashed vertical lines are grok steps.",
                "class",
                "lead");
        EventPoints points = new EventPoints(runs);
        flip(frame, evidence, runs, drawn.get(), points);
        decline(frame, evidence, runs, drawn.get(), points);
        onset(frame, evidence, runs, drawn.get(), points);
        page.close();
    }

    /** The usual subject, or the first one that has weight decay. */
    private static Optional<String> drawn(List<WatchedRun> runs) {
        List<String> names = runs.stream()
                .filter(WatchedRun::decays)
                .map(run -> run.run().subject().name())
                .toList();
        return names.contains(USUAL) ? Optional.of(USUAL) : names.stream().findFirst();
    }

    private static void flip(
            HtmlPage frame, Evidence evidence, List<WatchedRun> runs, String subject, EventPoints points) {
        heading(frame, "Flip of v₁ from the gradient to weight decay");
        List<Panel> panels = new ArrayList<>();
        both("W = 10, every 100 steps", "gradient’s share of v₁", false, SHARE, WINDOWS.getFirst(), 0.5, subject)
                .draw(evidence)
                .ifPresent(panels::add);
        windows("Other windows, same run", "gradient’s share of v₁", false, SHARE, 0.5, subject)
                .draw(evidence)
                .ifPresent(panels::add);
        Optional<Panel> all = points.flips();
        all.ifPresent(panels::add);
        figure(
                frame,
                "thesis-flip",
                "Flip of v₁",
                marked(panels, runs, subject),
                all.map(panel -> "Right: a flip that the window causes lies on the dashed line; a flip that grokking "
                                + "causes lies beside the grok step. " + flips(runs))
                        .orElse("v₁ has not turned yet."));
    }

    private static void decline(
            HtmlPage frame, Evidence evidence, List<WatchedRun> runs, String subject, EventPoints points) {
        heading(frame, "Decline of g₂₃ in the trace");
        List<Panel> panels = new ArrayList<>();
        both("W = 10, every 100 steps", "g₂₃/Σσ²", true, GAP, WINDOWS.getFirst(), Double.NaN, subject)
                .draw(evidence)
                .ifPresent(panels::add);
        windows("Other windows, same run", "g₂₃/Σσ²", true, GAP, Double.NaN, subject)
                .draw(evidence)
                .ifPresent(panels::add);
        Optional<Panel> all = points.declines();
        all.ifPresent(panels::add);
        figure(
                frame,
                "thesis-decline",
                "Decline of g₂₃",
                marked(panels, runs, subject),
                all.map(panel -> "Right: how many times smaller g₂₃ is at the grok step than at its maximum, with decay"
                                + " and, up to the same step, without decay. Above the diagonal the gap closes"
                                + " further with decay.")
                        .orElse("No run with a control has grokked after enough full windows."));
    }

    private static void onset(
            HtmlPage frame, Evidence evidence, List<WatchedRun> runs, String subject, EventPoints points) {
        heading(frame, "Onset of the commutator defect");
        List<Panel> panels = new ArrayList<>();
        both("As published", "D", true, DEFECT, "run", 20, subject)
                .draw(evidence)
                .ifPresent(panels::add);
        both(
                        "Without the scale of the gradients",
                        "relative defect",
                        true,
                        "relative-defect",
                        "run",
                        Double.NaN,
                        subject)
                .draw(evidence)
                .ifPresent(panels::add);
        Optional<Panel> all = points.onsets();
        all.ifPresent(panels::add);
        figure(
                frame,
                "thesis-onset",
                "Onset of the defect",
                marked(panels, runs, subject),
                "D grows like 1/‖g‖ when gradients vanish, so it rises wherever the training loss falls."
                        + all.map(panel -> " Right: below the diagonal the onset comes before the grok step of the run"
                                        + " itself or, for a control, of the run that it controls."
                                        + " " + onsets(runs))
                                .orElse(""));
    }

    private static void heading(HtmlPage frame, String text) {
        frame.markup().leaf("h3", text);
    }

    private static void figure(HtmlPage frame, String name, String title, List<Panel> panels, String caption) {
        if (!panels.isEmpty()) {
            frame.figure(new Figure(name, title, Math.min(COLUMNS, panels.size()), panels), caption);
        }
    }

    private static CurveSide both(
            String title, String axis, boolean isLog, String quantity, String item, double reference, String subject) {
        return new CurveSide(
                title,
                axis,
                isLog,
                List.of(subject, subject + "-control"),
                WatchedRun.EXPERIMENT,
                Procedure.CONTROLLED,
                quantity,
                List.of(item),
                reference);
    }

    private static CurveSide windows(
            String title, String axis, boolean isLog, String quantity, double reference, String subject) {
        return new CurveSide(
                title,
                axis,
                isLog,
                List.of(subject),
                WatchedRun.EXPERIMENT,
                Procedure.CONTROLLED,
                quantity,
                WINDOWS.subList(1, WINDOWS.size()),
                reference);
    }

    /** The panels against steps get a line at the grok step of the subject's runs, the median of the seeds. */
    private static List<Panel> marked(List<Panel> panels, List<WatchedRun> runs, String subject) {
        double[] steps = runs.stream()
                .filter(run -> run.run().subject().name().equals(subject) && run.grokked())
                .map(WatchedRun::reference)
                .flatMapToLong(OptionalLong::stream)
                .asDoubleStream()
                .toArray();
        if (steps.length == 0) {
            return panels;
        }
        EventMark mark = new EventMark(Statistics.median(steps), "grok");
        return panels.stream()
                .map(panel -> panel.lines().isEmpty() || !panel.points().isEmpty()
                        ? panel
                        : new Panel(
                                panel.title(),
                                panel.x(),
                                panel.y(),
                                panel.bands(),
                                panel.lines(),
                                List.of(mark),
                                panel.references()))
                .toList();
    }

    /** Where v_1 flips by each window, of all runs with decay. */
    private static String flips(List<WatchedRun> runs) {
        List<String> parts = new ArrayList<>();
        for (String window : WINDOWS) {
            double[] steps = values(runs, "flip-step", window);
            if (steps.length > 0) {
                parts.add(WindowName.spelled(window) + ": " + NumberText.several(steps, DIGITS));
            }
        }
        return parts.isEmpty() ? "" : "Steps of the flip with decay: " + String.join("; ", parts) + ".";
    }

    /** How the onset moves with the cadence of the records. */
    private static String onsets(List<WatchedRun> runs) {
        List<String> parts = new ArrayList<>();
        List<String> items = runs.stream()
                .filter(WatchedRun::decays)
                .flatMap(run -> run.items("onset-step").stream())
                .filter(item -> item.contains("every="))
                .distinct()
                .toList();
        for (String item : items) {
            double[] steps = values(runs, "onset-step", item);
            if (steps.length > 0) {
                parts.add("every " + item.substring(item.indexOf('=') + 1) + " steps: "
                        + NumberText.several(steps, DIGITS));
            }
        }
        return parts.isEmpty() ? "" : "Steps of the onset with decay, recorded " + String.join("; ", parts) + ".";
    }

    private static double[] values(List<WatchedRun> runs, String quantity, String item) {
        return runs.stream()
                .filter(WatchedRun::decays)
                .map(run -> run.value(quantity, item))
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble)
                .toArray();
    }
}
