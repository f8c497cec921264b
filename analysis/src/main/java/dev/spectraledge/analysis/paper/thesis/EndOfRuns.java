package dev.spectraledge.analysis.paper.thesis;

import dev.spectraledge.analysis.experiment.Measurement;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.paper.ComputedSection;
import dev.spectraledge.analysis.paper.Evidence;
import dev.spectraledge.analysis.paper.Selector;
import dev.spectraledge.analysis.paper.WindowName;
import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.EventMark;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Points;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.DoubleStream;

/**
 * Published runs end two evaluations after the first of three with a test accuracy of at least 0.98 (thesis §5.3, §8.3): so soon
 * that each of their windows after grokking holds updates from before. Drawn: the gap of runs that go on, with that end and the first
 * window of which no update is from before, and for every run how it is at both.
 */
final class EndOfRuns implements ComputedSection {
    static final String TITLE = "Runs that end 200 steps after grokking";
    private static final int WIDTH = 10;
    private static final int STRIDE = 100;
    private static final String WINDOW = "W=" + WIDTH + "/stride=" + STRIDE;
    /** From the first of three evaluations to the last. */
    private static final long PATIENCE = 200;
    /** Drawn before the grok step. */
    private static final double BEFORE = 1500;

    private static final Selector FIRST_OF_THREE =
            new Selector("training-record", Procedure.PUBLISHED, "grok-step", "sustained-98", OptionalLong.empty());

    /**
     * A run that groks, with the gaps of its windows.
     *
     * @param grok its grok step
     * @param end where the published run would have ended
     * @param gaps g₂₃/Σσ² by step
     */
    private record Followed(WatchedRun run, long grok, long end, List<Measurement> gaps) {
        static Optional<Followed> of(WatchedRun run) {
            OptionalDouble first = run.run().value(FIRST_OF_THREE);
            if (!run.grokked() || first.isEmpty() || !Double.isFinite(first.getAsDouble())) {
                return Optional.empty();
            }
            Followed followed = new Followed(
                    run,
                    run.reference().orElseThrow(),
                    (long) first.getAsDouble() + PATIENCE,
                    run.findings().curve(Procedure.CONTROLLED, "relative-g23", WINDOW).stream()
                            .filter(gap -> gap.value() > 0)
                            .toList());
            return followed.atEnd().isPresent() ? Optional.of(followed) : Optional.empty();
        }

        /** Steps from the grok step. */
        double since(long step) {
            return (double) (step - grok);
        }

        /** At the last window of the published run. */
        OptionalDouble atEnd() {
            return gaps.stream()
                    .filter(gap -> gap.step() <= end)
                    .mapToDouble(Measurement::value)
                    .reduce((earlier, later) -> later);
        }

        /** At the first window of which no update is from before the grok step. */
        OptionalDouble after() {
            return gaps.stream()
                    .filter(gap -> since(gap.step()) >= WIDTH * STRIDE)
                    .mapToDouble(Measurement::value)
                    .findFirst();
        }

        Line line(int colour) {
            List<Measurement> drawn =
                    gaps.stream().filter(gap -> since(gap.step()) >= -BEFORE).toList();
            return Line.solid(
                    "seed " + run.run().seed(),
                    drawn.stream().mapToDouble(gap -> since(gap.step())).toArray(),
                    drawn.stream().mapToDouble(Measurement::value).toArray(),
                    colour);
        }
    }

    @Override
    public String title() {
        return TITLE;
    }

    @Override
    public boolean isArtefact() {
        return true;
    }

    @Override
    public void write(HtmlPage page, Evidence evidence) {
        List<Followed> runs = WatchedRun.all(evidence).stream()
                .filter(WatchedRun::decays)
                .flatMap(run -> Followed.of(run).stream())
                .toList();
        if (runs.isEmpty()) {
            return;
        }
        page.markup().leaf("h3", title());
        page.markup()
                .leaf(
                        "p",
                        "Published runs end " + PATIENCE
                                + " steps after the first of three evaluations above 0.98. Their"
                                + " windows span " + NumberText.grouped((long) WIDTH * STRIDE)
                                + " steps, so that what is called after grokking is mostly from before. Runs here go"
                                + " on for 2,000 steps.",
                        "class",
                        "lead");
        List<Panel> panels = new ArrayList<>(List.of(course(runs)));
        points(runs).ifPresent(panels::add);
        page.figure(
                new Figure("thesis-end-of-runs", TITLE, 2, panels),
                "Left: g₂₃/Σσ² (" + WindowName.spelled(WINDOW)
                        + ") around the grok step, each seed a line. Dashed: the grok step, the end of the"
                        + " published run, and the first window of which no update is from before grokking."
                        + (panels.size() > 1
                                ? " Right: every run; beside the diagonal the end of the published run shows another"
                                        + " gap than windows that are wholly from after grokking."
                                : ""));
    }

    /** Of the seeds of the first task. */
    private static Panel course(List<Followed> runs) {
        String subject = runs.getFirst().run().run().subject().name();
        List<Followed> seeds = runs.stream()
                .filter(run -> run.run().run().subject().name().equals(subject))
                .toList();
        List<Line> lines = new ArrayList<>();
        for (Followed seed : seeds) {
            lines.add(seed.line(lines.size()));
        }
        double end = Statistics.median(
                seeds.stream().mapToDouble(seed -> seed.since(seed.end())).toArray());
        return new Panel(
                runs.getFirst().run().run().subject().label(),
                Axis.linear("steps after test accuracy 0.95"),
                Axis.log("g₂₃/Σσ²"),
                List.of(),
                lines,
                List.of(
                        new EventMark(0, "grok"),
                        new EventMark(end, "end"),
                        new EventMark((double) WIDTH * STRIDE, "wholly after")),
                List.of());
    }

    private static Optional<Panel> points(List<Followed> runs) {
        List<Followed> both =
                runs.stream().filter(run -> run.after().isPresent()).toList();
        if (both.isEmpty()) {
            return Optional.empty();
        }
        double[] atEnd =
                both.stream().mapToDouble(run -> run.atEnd().orElseThrow()).toArray();
        double[] after =
                both.stream().mapToDouble(run -> run.after().orElseThrow()).toArray();
        return Optional.of(EventPoints.panel(
                "Every run",
                "g₂₃/Σσ² at the published end",
                "in the first window wholly after grokking",
                List.of(new Points(
                        "runs",
                        atEnd,
                        after,
                        both.stream().map(run -> run.run().run().title()).toList(),
                        Palette.BLUE,
                        Points.Mark.DOT)),
                EventPoints.diagonal(
                        "the same",
                        DoubleStream.concat(DoubleStream.of(atEnd), DoubleStream.of(after))
                                .toArray())));
    }
}
