package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.nulls.NullModel;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.spectrum.Resolution;
import dev.spectraledge.trainer.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes the page of one run: one HTML file that loads nothing. */
final class ReportPage {
    private static final String FIGURES = "figures";

    private final RunRecord run;
    private final RunSettings settings;
    private final GrokVerdict verdict;
    private final Comparison comparison;
    private final HtmlPage frame;
    private final Markup page;
    private final List<Figure> figures = new ArrayList<>();

    ReportPage(RunRecord run, Comparison comparison) {
        this.run = run;
        this.settings = new RunSettings(run);
        this.verdict = new GrokVerdict(run);
        this.comparison = comparison;
        this.frame = new HtmlPage(run.name());
        this.page = frame.markup();
    }

    /** The page; afterwards {@link #figures()} are those that it shows. */
    String html() {
        header();
        absentParts();
        frame.contents();
        learning();
        run.samples().ifPresent(new SamplesSection(frame)::write);
        for (ObservedSpectrum spectrum : run.spectra()) {
            spectrum(spectrum);
        }
        run.groups().ifPresent(this::groups);
        stepParts();
        run.analysis().ifPresent(new InputSection(frame)::write);
        numbers();
        new FindingsSection(frame).write(run.findings());
        settingsAndMachine();
        files();
        return frame.finish(
                "Definitions and published numbers: Y. Xu, arXiv 2603.28964 (spectral edge thesis) and arXiv 2604.07380"
                        + " (lifecycle of the spectral edge). Figures are also saved as SVG in figures/.");
    }

    List<Figure> figures() {
        return figures;
    }

    private void header() {
        page.open("header");
        page.leaf("p", "Spectral Edge · run report", "class", "eyebrow");
        page.leaf("h1", run.name());
        page.leaf("p", verdict.sentence(), "class", verdict.grokked() ? "verdict grokked" : "verdict");
        page.leaf("p", subtitle(), "class", "subtitle");
        happened();
        frame.keyNumbers(keyNumbers());
        page.close();
    }

    private void happened() {
        List<String> sentences = new RunNarrative(run).sentences();
        if (!sentences.isEmpty()) {
            page.open("ul", "class", "happened");
            sentences.forEach(sentence -> page.leaf("li", sentence));
            page.close();
        }
    }

    private String subtitle() {
        List<String> parts = new ArrayList<>();
        settings.task().ifPresent(task -> parts.add("task " + task));
        settings.seed().ifPresent(seed -> parts.add("seed " + seed));
        settings.learningRate().ifPresent(rate -> parts.add("learning rate " + NumberText.setting(rate)));
        settings.weightDecay()
                .ifPresent(decay -> parts.add("weight decay " + NumberText.setting(decay)
                        + settings.decayed().map(rule -> " on " + rule).orElse("")));
        run.summary().flatMap(values -> values.text("state")).ifPresent(state -> parts.add("state: " + state));
        return String.join(" · ", parts);
    }

    private Map<String, String> keyNumbers() {
        Map<String, String> numbers = new LinkedHashMap<>();
        run.finalStep().ifPresent(step -> numbers.put("steps", NumberText.grouped(step)));
        summary("tokens_seen").ifPresent(value -> numbers.put("tokens seen", NumberText.grouped((long) value)));
        lastMetric("test_accuracy").ifPresent(value -> numbers.put("test accuracy at the end", percent(value)));
        lastMetric("train_loss")
                .ifPresent(value -> numbers.put("training loss at the end", NumberText.significant(value, 2)));
        summary("parameters").ifPresent(value -> numbers.put("parameters", NumberText.grouped((long) value)));
        summary("steps_per_second")
                .ifPresent(value -> numbers.put("training steps per second", NumberText.significant(value, 3)));
        summary("observer_fraction").ifPresent(value -> numbers.put("cost of observing", percent(value)));
        summary("wall_seconds").ifPresent(value -> numbers.put("wall time", NumberText.duration(value)));
        return numbers;
    }

    private void absentParts() {
        List<String> absent = run.absent();
        if (!absent.isEmpty()) {
            page.open("aside", "class", "absent")
                    .leaf("p", "Not in this report:")
                    .open("ul");
            absent.forEach(line -> page.leaf("li", line));
            page.close().close();
        }
    }

    private void learning() {
        RunFigures drawn = new RunFigures(run);
        if (run.metrics().isEmpty()) {
            return;
        }
        frame.section("Learning");
        show(
                drawn.training(),
                run.isAnalysis()
                        ? metricsSource()
                        : "Loss is the mean cross-entropy per target; with several objectives, loss is their sum and"
                                + " accuracy their minimum. For answers that are sequences, accuracy is the share of"
                                + " answers without an error. "
                                + verdict.rule()
                                + "Single dips"
                                + " are normal with weight decay: read trends, not points.");
        show(
                drawn.norms(),
                run.isAnalysis()
                        ? metricsSource()
                        : "The gradient norm is that of the whole gradient, the parameter norm that of all"
                                + " parameters.");
        show(
                drawn.measured(),
                "These numbers are measured on batches drawn separately from the training batches. D "
                        + "says how much the order of two steps matters. D grows wherever gradients vanish; D·‖g‖ "
                        + "does not. Steps of this size diverge where the preconditioned curvature exceeds 1. The "
                        + "entropy of attention is 1 where queries attend equally to everything that they see.");
        page.close();
    }

    /** What losses are is known of our own trainings alone. */
    private String metricsSource() {
        return run.analysis()
                .flatMap(values -> values.text("metrics.file"))
                .map(file -> "The values are those that the training wrote into " + file + ".")
                .orElse("");
    }

    private void spectrum(ObservedSpectrum spectrum) {
        RunFigures drawn = new RunFigures(run);
        frame.section(title(spectrum));
        page.leaf("p", windowSentence(spectrum), "class", "lead");
        show(
                drawn.edge(spectrum),
                "k* is the position of the largest ratio of neighbouring singular values, and R is that "
                        + "ratio. One of the papers weights the ratios by σⱼ/Σσ, which favours k* = 1."
                        + nullSentence(spectrum)
                        + unresolvedSentence(spectrum));
        NullComparison.of(spectrum).ifPresent(comparison -> NullComparisonTable.write(page, comparison));
        show(
                drawn.nulls(spectrum),
                "The first singular values of the windows beside the medians that null models give. The "
                        + "table above says how far the nulls can be trusted.");
        show(
                drawn.shares(spectrum),
                "Blue is the motion along v that comes from the gradient, orange the motion that comes "
                        + "from weight decay. “Exact” adds up both parts at every step; the trapezoid estimates "
                        + "decay from the ends of each interval, as published.");
        show(
                drawn.directions(spectrum),
                (spectrum.isOfGradients()
                                ? ""
                                : "Alignment is the cosine of the two parts: above zero they pull together, below zero "
                                        + "against each other. ")
                        + "Consecutive windows share all " + settings.observed(spectrum)
                        + " but one, so small rotations and high overlaps are partly"
                        + " mechanical.");
        page.close();
    }

    private String title(ObservedSpectrum spectrum) {
        if (spectrum.name().isEmpty()) {
            return "The spectral edge";
        }
        if (run.isAnalysis()) {
            return "Windows of " + spectrum.window() + " updates";
        }
        String observer = "Observer “" + words(spectrum.name()) + "”";
        return spectrum.isOfGradients() ? observer + " of " + settings.observed(spectrum) : observer;
    }

    private void groups(GroupTable table) {
        GroupsSection section = new GroupsSection(table);
        frame.section("Groups of parameters");
        page.leaf(
                "p",
                "These are the same products for one part of the model at a time. The table has every "
                        + "group in the last window; groups.csv has all windows.",
                "class",
                "lead");
        show(section.figure(), GroupsSection.CAPTION);
        section.write(page);
        page.close();
    }

    private void stepParts() {
        run.stepParts().map(StepPartsSection::new).ifPresent(section -> {
            frame.section("Exact parts of single steps");
            page.leaf("p", StepPartsSection.LEAD, "class", "lead");
            show(Optional.of(section.figure()), StepPartsSection.CAPTION);
            section.table(page);
            page.close();
        });
    }

    private String windowSentence(ObservedSpectrum spectrum) {
        StringBuilder text = new StringBuilder("Singular values σ₁ ≥ σ₂ ≥ … of the last ");
        text.append(spectrum.window()).append(' ').append(settings.observed(spectrum));
        if (!Double.isNaN(spectrum.stride())) {
            long stride = Math.round(spectrum.stride());
            String steps = NumberText.grouped(stride) + " steps";
            text.append(
                    stride == 1
                            ? ", one per step"
                            : spectrum.isOfGradients() ? ", one in " + steps : ", each over " + steps);
        }
        settings.parameters(spectrum)
                .ifPresent(parameters -> text.append(", of ").append(parameters));
        int windows = spectrum.table().rows();
        text.append("; ").append(NumberText.grouped(windows)).append(windows == 1 ? " window." : " windows.");
        return text.toString();
    }

    private static String nullSentence(ObservedSpectrum spectrum) {
        return spectrum.nulls().isEmpty()
                ? ""
                : " Dashed lines are the medians of null models of the same window; the table below has "
                        + "the numbers. A null’s own windows exceed its 95 % quantile of R in "
                        + Arrays.stream(NullModel.values())
                                .map(NullModel::exceedance)
                                .collect(Collectors.joining(" or "))
                        + " of cases.";
    }

    private static String unresolvedSentence(ObservedSpectrum spectrum) {
        int unresolved = spectrum.unresolvedEdges();
        return unresolved == 0
                ? ""
                : " Of " + NumberText.grouped(spectrum.table().rows()) + " windows " + NumberText.grouped(unresolved)
                        + " have no k* and R here, because one of their σ² is below "
                        + NumberText.significant(Resolution.OF_TRACE, 2)
                        + "·Σσ², the resolution of the window's products.";
    }

    private void numbers() {
        if (comparison.windows().isEmpty() && !comparison.hasPublished()) {
            return;
        }
        frame.section(comparison.hasPublished() ? "Beside the published numbers" : "Numbers");
        if (comparison.hasPublished()) {
            page.leaf(
                    "p",
                    "The large number is from this run. Below it stand the number that the paper prints and "
                            + "the number that its author's code gives when it is run again, each with the range "
                            + "within which this run agrees. A filled mark means that it agrees, an open mark that it "
                            + "does not. There is no mark where nothing was published for this seed, or where nobody "
                            + "knows how far runs differ.",
                    "class",
                    "lead");
            comparison.differences().forEach(line -> page.leaf("p", "Note: " + line + ".", "class", "note"));
        }
        new ComparisonTables(page, comparison).write();
        page.close();
    }

    private void settingsAndMachine() {
        if (run.configuration().isEmpty()
                && run.environment().isEmpty()
                && run.analysis().isEmpty()) {
            return;
        }
        frame.section("Configuration and environment");
        run.analysis().ifPresent(values -> frame.details("Analysis", values.leaves()));
        run.configuration().ifPresent(values -> frame.details("Configuration", values.leaves()));
        run.environment().ifPresent(values -> frame.details("Environment", values.leaves()));
        run.summary().ifPresent(values -> frame.details("Summary", values.leaves()));
        page.close();
    }

    private void files() {
        frame.section("Files of this run");
        page.open("ul", "class", "files");
        run.rawFiles().forEach(this::fileItem);
        page.close().close();
    }

    private void fileItem(Path file) {
        boolean folder = Files.isDirectory(file);
        int entries = folder ? count(file) : 1;
        if (entries > 0) {
            String name = file.getFileName() + (folder ? "/" : "");
            page.open("li").leaf("a", name, "href", HtmlPage.link(name));
            page.leaf("span", folder ? entries + (entries == 1 ? " file" : " files") : size(file));
            page.close();
        }
    }

    private void show(Optional<Figure> figure, String caption) {
        figure.ifPresent(drawn -> {
            figures.add(drawn);
            frame.figure(drawn, caption, FIGURES + "/" + drawn.name() + ".svg");
        });
    }

    private OptionalDouble lastMetric(String column) {
        return run.metrics()
                .flatMap(table -> table.series(column))
                .filter(series -> Double.isFinite(series.last()))
                .map(series -> OptionalDouble.of(series.last()))
                .orElse(OptionalDouble.empty());
    }

    private OptionalDouble summary(String name) {
        return run.summary().map(values -> values.number(name)).orElse(OptionalDouble.empty());
    }

    private static String percent(double fraction) {
        return NumberText.significant(fraction * 100, 3) + " %";
    }

    private static String words(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])|[_-]", " ").toLowerCase(Locale.ROOT);
    }

    private static String size(Path file) {
        try {
            long bytes = Files.size(file);
            if (bytes < 1000) {
                return bytes + " B";
            }
            return bytes < 1_000_000
                    ? NumberText.significant(bytes / 1e3, 3) + " kB"
                    : NumberText.significant(bytes / 1e6, 3) + " MB";
        } catch (IOException failure) {
            throw RunException.of("cannot read", file, failure);
        }
    }

    private static int count(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return (int) files.count();
        } catch (IOException failure) {
            throw RunException.of("cannot read", folder, failure);
        }
    }
}
