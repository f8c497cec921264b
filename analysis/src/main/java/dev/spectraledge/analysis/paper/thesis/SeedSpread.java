package dev.spectraledge.analysis.paper.thesis;

import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.paper.ComputedSection;
import dev.spectraledge.analysis.paper.Evidence;
import dev.spectraledge.analysis.paper.Selector;
import dev.spectraledge.analysis.paper.SubjectRun;
import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Band;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Palette;
import dev.spectraledge.analysis.report.plot.Panel;
import dev.spectraledge.analysis.report.plot.Points;
import dev.spectraledge.analysis.report.plot.Points.Mark;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Grok steps of trainings whose gradients lose a share of what lies outside of the trajectory, one training for each share as
 * published (thesis §5.10), beside how much the grok steps of undisturbed trainings differ by their seeds alone.
 */
final class SeedSpread implements ComputedSection {
    static final String TITLE = "Interventions on a single seed";
    /** Read off a figure, to 3 %. Undisturbed trainings of the paper: §5.8, test accuracy of at least 0.95. */
    private static final List<Deletion> PUBLISHED = List.of(
            new Deletion(
                    "dual",
                    new double[] {0, 1, 2, 3, 5, 7, 50},
                    new double[] {14.1, 18.1, 21, 23.4, 36.9, 42.5, 36.8},
                    new double[] {10, 15, 25},
                    50,
                    new double[] {16.4, 10, 13.6}),
            new Deletion(
                    "tri",
                    new double[] {0, 1, 2, 3, 5, 7},
                    new double[] {25.6, 35.2, 42.4, 35, 35.4, 56},
                    new double[] {10},
                    60,
                    new double[] {30.5, 19, 13.9}));

    private static final double THOUSAND = 1000;

    private static final Selector GROK_STEP =
            new Selector("training-record", Procedure.PUBLISHED, "grok-step", "first-95", OptionalLong.empty());

    /**
     * What is published of one task.
     *
     * @param percent removed of the part of each gradient outside of the subspace, where the training groks
     * @param steps at which it does, the last of the tasks, in thousands like all steps here
     * @param never percent removed where it does not
     * @param cap step until which it was looked at
     * @param undisturbed grok steps of three seeds
     */
    @SuppressWarnings("ArrayRecordComponent")
    private record Deletion(
            String subject, double[] percent, double[] steps, double[] never, double cap, double[] undisturbed) {

        Optional<Panel> panel(Evidence evidence) {
            List<SubjectRun> runs = evidence.runs(subject).stream()
                    .filter(run -> grokStep(run).isPresent())
                    .toList();
            if (runs.isEmpty()) {
                return Optional.empty();
            }
            double[] ours = runs.stream()
                    .mapToDouble(run -> grokStep(run).orElseThrow() / THOUSAND)
                    .toArray();
            double[] ends = {0, Math.max(percent[percent.length - 1], never[never.length - 1])};
            List<Band> bands = new ArrayList<>();
            bands.add(range("range of the paper’s three undisturbed seeds", ends, undisturbed, Palette.GREY));
            bands.add(range("range of our undisturbed seeds", ends, ours, Palette.BLUE));
            return Optional.of(new Panel(
                    runs.getFirst().subject().title(),
                    Axis.linear("% of the gradient outside of 20 directions taken away"),
                    Axis.linear("grok step in thousands", 0, Double.NaN),
                    bands,
                    List.of(),
                    List.of(
                            points("published, one training each", percent, steps, Palette.VERMILION, Mark.DOT),
                            points(
                                    "never until the end",
                                    never,
                                    filled(never.length, cap),
                                    Palette.VERMILION,
                                    Mark.BEYOND),
                            new Points(
                                    "ours, undisturbed",
                                    new double[ours.length],
                                    ours,
                                    runs.stream().map(SubjectRun::title).toList(),
                                    Palette.BLUE,
                                    Mark.DOT)),
                    List.of(),
                    List.of(),
                    List.of(),
                    true));
        }

        private static Points points(String label, double[] percent, double[] steps, int colour, Mark mark) {
            return new Points(
                    label, percent, steps, Collections.nCopies(percent.length, "published, seed 42"), colour, mark);
        }

        private static Band range(String label, double[] ends, double[] steps, int colour) {
            return new Band(
                    label,
                    ends,
                    filled(ends.length, Arrays.stream(steps).min().orElseThrow()),
                    filled(ends.length, Arrays.stream(steps).max().orElseThrow()),
                    colour,
                    true);
        }

        private static double[] filled(int length, double value) {
            double[] values = new double[length];
            Arrays.fill(values, value);
            return values;
        }
    }

    private static OptionalDouble grokStep(SubjectRun run) {
        return run.value(GROK_STEP).stream().filter(Double::isFinite).findFirst();
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
        List<Panel> panels = PUBLISHED.stream()
                .flatMap(published -> published.panel(evidence).stream())
                .toList();
        if (panels.isEmpty()) {
            return;
        }
        page.markup().leaf("h3", title());
        page.markup()
                .leaf(
                        "p",
                        "The delays by which parts of the gradient are said to matter come from one training each, all"
                                + " with seed 42. Undisturbed trainings differ by their seeds alone as much as the shaded"
                                + " bands are high. A delay inside of a band shows nothing.",
                        "class",
                        "lead");
        page.figure(
                new Figure("thesis-seed-spread", TITLE, 2, panels),
                "Published points are read off a figure, to 3 %. Where several tasks are learned at once, the last one"
                        + " counts.");
    }
}
