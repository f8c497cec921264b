package dev.spectraledge.analysis.report;

import dev.spectraledge.trainer.RunEvents;
import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.warning.DetectorRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What happened in a run, in sentences that its tables of updates give; what a run did not record goes unsaid. */
final class RunNarrative {
    private static final String GAP_RATIO = "gap_ratio";

    private final RunRecord run;
    private final RunSettings settings;
    private final List<ObservedSpectrum> spectra;

    RunNarrative(RunRecord run) {
        this.run = run;
        this.settings = new RunSettings(run);
        this.spectra = run.spectra().stream()
                .filter(spectrum -> spectrum.steps().length > 0 && !spectrum.isOfGradients())
                .sorted(Comparator.comparingDouble(ObservedSpectrum::stride))
                .toList();
    }

    /** Learning first, then what each observer saw, the one that looked most often before the others. */
    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        run.metrics()
                .flatMap(settings.asksForGrokking() ? this::learning : RunNarrative::lowestLoss)
                .ifPresent(sentences::add);
        fired().ifPresent(sentences::add);
        spiked().ifPresent(sentences::add);
        spectra.forEach(spectrum ->
                EdgeTurn.of(spectrum).map(turn -> turned(spectrum, turn)).ifPresent(sentences::add));
        spectra.forEach(spectrum -> NullComparison.of(spectrum)
                .flatMap(comparison -> comparison.row(GAP_RATIO))
                .map(row -> exceeded(spectrum, row))
                .ifPresent(sentences::add));
        spectra.stream()
                .filter(spectrum -> spectrum.unresolvedEdges() > 0)
                .map(this::unresolved)
                .forEach(sentences::add);
        return sentences;
    }

    /** Which detectors fired and when. */
    private Optional<String> fired() {
        String fired = run.events().stream()
                .flatMap(List::stream)
                .filter(event -> event.name().startsWith(DetectorRule.EVENT))
                .map(event ->
                        event.name().substring(DetectorRule.EVENT.length()) + " at step " + step((double) event.step()))
                .collect(Collectors.joining(", "));
        return fired.isEmpty()
                ? Optional.empty()
                : Optional.of("Detectors fired: " + fired + ". One run does not show how often they are wrong.");
    }

    /** How often the training loss had a spike, when first, and whether all of them recovered. */
    private Optional<String> spiked() {
        List<EventLog.Event> spikes = events(RunEvents.SPIKE);
        if (spikes.isEmpty()) {
            return Optional.empty();
        }
        int recovered = events(RunEvents.RECOVERED).size();
        String which = spikes.size() == 1
                ? "The training loss had a spike at step "
                        + step((double) spikes.getFirst().step())
                : "The training loss had " + NumberText.grouped(spikes.size()) + " spikes, the first at step "
                        + step((double) spikes.getFirst().step()) + ", the last at step "
                        + step((double) spikes.getLast().step());
        return Optional.of(which
                + (recovered == spikes.size()
                        ? (recovered == 1 ? "; it recovered." : "; all recovered.")
                        : "; the last one did not recover."));
    }

    private List<EventLog.Event> events(String name) {
        return run.events().stream()
                .flatMap(List::stream)
                .filter(event -> event.name().equals(name))
                .toList();
    }

    /** When training accuracy came to what the grok rule asks of the test accuracy, and how far apart the two were. */
    private Optional<String> learning(RunTable metrics) {
        Optional<double[]> train = metrics.column("train_accuracy");
        Optional<double[]> test = metrics.column("test_accuracy");
        if (train.isEmpty() || test.isEmpty() || metrics.rows() == 0) {
            return Optional.empty();
        }
        double goal = settings.grokAccuracy();
        String accuracy = NumberText.setting(goal);
        double[] steps = metrics.steps();
        int memorised = IntStream.range(0, steps.length)
                .filter(row -> train.get()[row] >= goal)
                .findFirst()
                .orElse(-1);
        if (memorised < 0) {
            return Optional.of("Training accuracy did not reach " + accuracy + ".");
        }
        return Optional.of("Training accuracy reached " + accuracy + " by step " + step(steps[memorised])
                + ", when test accuracy was " + NumberText.significant(test.get()[memorised], 3) + "; "
                + generalised(steps, memorised, test.get()) + ".");
    }

    /** Where the model knew the test set best, if nobody asks when it groks. */
    private static Optional<String> lowestLoss(RunTable metrics) {
        return metrics.series("test_loss").map(series -> {
            double[] losses = series.values();
            int lowest = IntStream.range(0, losses.length)
                    .reduce((best, row) -> losses[row] < losses[best] ? row : best)
                    .orElseThrow();
            String sentence = "Test loss was lowest at step " + step(series.steps()[lowest]) + ", "
                    + NumberText.significant(losses[lowest], 3);
            return lowest == losses.length - 1
                    ? sentence + ", which is the last evaluation."
                    : sentence + "; at the last evaluation, step " + step(series.lastStep()) + ", it was "
                            + NumberText.significant(series.last(), 3) + ".";
        });
    }

    private String generalised(double[] steps, int memorised, double[] test) {
        OptionalLong grokStep = run.grokStep();
        if (grokStep.isEmpty()) {
            return "at the last evaluation, step " + step(steps[steps.length - 1]) + ", it was "
                    + NumberText.significant(test[test.length - 1], 3);
        }
        long later = grokStep.getAsLong() - (long) steps[memorised];
        return later <= 0
                ? "the model generalised no later than it memorised"
                : "test accuracy followed " + NumberText.grouped(later) + " steps later";
    }

    private String turned(ObservedSpectrum spectrum, EdgeTurn turn) {
        return view(spectrum) + ", "
                + switch (turn.course()) {
                    case GRADIENT_THROUGHOUT -> "the gradient led along v₁ in every window.";
                    case DECAY_FROM_THE_FIRST_WINDOW ->
                        "decay led along v₁ from the first window on (step " + step(turn.step()) + ")" + since(turn);
                    case TURNED_TO_DECAY ->
                        "v₁ first turned to decay at step " + step(turn.step()) + product(spectrum, turn) + since(turn);
                };
    }

    private static String since(EdgeTurn turn) {
        return "; from then on decay led in " + NumberText.percent(turn.decayLed()) + " of the windows.";
    }

    /** A step that any run shows at this stride and width says nothing about this one. */
    private static String product(ObservedSpectrum spectrum, EdgeTurn turn) {
        return turn.isOfTheWindow(spectrum.stride(), spectrum.window())
                ? " = " + step(spectrum.stride()) + "·(W + 1), where the first update leaves the window"
                : "";
    }

    private String exceeded(ObservedSpectrum spectrum, NullComparison.Row ratio) {
        String levels = ratio.contrasts().stream()
                .map(contrast -> contrast.model().exceedance())
                .collect(Collectors.joining(" or "));
        int windows = ratio.contrasts().getFirst().windows();
        return view(spectrum) + ", " + ratio.sentence() + " Counted "
                + (windows == 1 ? "is 1 full window" : "are " + windows + " full windows that share no update")
                + "; of the null’s own windows, " + levels + " are as large.";
    }

    private String unresolved(ObservedSpectrum spectrum) {
        int rows = spectrum.table().rows();
        return view(spectrum) + ", k*, gap and R are unresolved in " + spectrum.unresolvedEdges() + " of "
                + NumberText.grouped(rows) + (rows == 1 ? " window" : " windows")
                + ": there a singular value is too small to be distinguished from the rounding of the "
                + "window's products, so its ratio to the next one means nothing.";
    }

    /** How an observer looks; its parameters too where observers look at different ones. */
    private String view(ObservedSpectrum spectrum) {
        String updates = " (window of W = " + spectrum.window() + " updates" + parameters(spectrum) + ")";
        if (Double.isNaN(spectrum.stride())) {
            return "In a single window" + updates;
        }
        return (spectrum.stride() == 1 ? "Seen at every step" : "At stride " + step(spectrum.stride())) + updates;
    }

    private String parameters(ObservedSpectrum spectrum) {
        boolean differ = spectra.stream().map(settings::subset).distinct().count() > 1;
        return settings.parameters(spectrum)
                .filter(parameters -> differ)
                .map(parameters -> " of " + parameters)
                .orElse("");
    }

    private static String step(double step) {
        return NumberText.grouped(Math.round(step));
    }
}
