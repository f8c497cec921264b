package dev.spectraledge.analysis.report;

import dev.spectraledge.analysis.nulls.NullModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/** What happened in a run, in sentences that its own tables give; what a run did not record goes unsaid. */
final class RunNarrative {
    private final RunRecord run;
    private final RunSettings settings;
    private final List<ObservedSpectrum> spectra;

    RunNarrative(RunRecord run) {
        this.run = run;
        this.settings = new RunSettings(run);
        this.spectra = run.spectra().stream()
                .filter(spectrum -> spectrum.steps().length > 0)
                .sorted(Comparator.comparingDouble(ObservedSpectrum::stride))
                .toList();
    }

    /** Learning first, then what each observer saw, the one that looked most often before the others. */
    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        run.metrics().flatMap(this::learning).ifPresent(sentences::add);
        spectra.forEach(spectrum ->
                EdgeTurn.of(spectrum).map(turn -> turned(spectrum, turn)).ifPresent(sentences::add));
        spectra.forEach(spectrum -> NullExcess.of(spectrum, NullModel.AUTOCORRELATED)
                .map(excess -> exceeded(spectrum, excess))
                .ifPresent(sentences::add));
        return sentences;
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
        return "; from then on decay led in " + percent(turn.decayLed()) + " of the windows.";
    }

    /** A step that any run shows at this stride and width says nothing about this one. */
    private static String product(ObservedSpectrum spectrum, EdgeTurn turn) {
        return turn.isOfTheWindow(spectrum.stride(), spectrum.window())
                ? " = " + step(spectrum.stride()) + "·(W + 1), where the first update leaves the window"
                : "";
    }

    private String exceeded(ObservedSpectrum spectrum, NullExcess excess) {
        return view(spectrum) + ", R exceeds the " + percent(excess.quantile()) + " quantile of the correlated null in "
                + excess.exceeding() + " of " + excess.windows()
                + (excess.windows() == 1 ? " window that shares" : " windows that share") + " no update ("
                + percent(excess.exceeding() / (double) excess.windows()) + "); chance alone gives "
                + percent(1 - excess.quantile()) + " at most.";
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
        return settings.subset(spectrum)
                .filter(name -> differ)
                .map(name -> " of the " + name + " parameters")
                .orElse("");
    }

    private static String percent(double fraction) {
        return NumberText.setting(Math.rint(fraction * 1000) / 10) + " %";
    }

    private static String step(double step) {
        return NumberText.grouped(Math.round(step));
    }
}
