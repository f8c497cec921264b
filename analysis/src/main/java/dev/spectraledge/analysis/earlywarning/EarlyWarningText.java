package dev.spectraledge.analysis.earlywarning;

import dev.spectraledge.analysis.report.NumberText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What the runs say of the detectors, in sentences. */
final class EarlyWarningText {
    static final List<String> SPECTRAL = List.of("spectral");
    static final List<String> PLAIN = List.of("plain");
    static final List<String> HELD_OUT = List.of("held-out");

    private final EarlyWarning study;

    EarlyWarningText(EarlyWarning study) {
        this.study = study;
    }

    List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        sentences.add(study.noRoc()
                .map(reason -> "There is no ROC: " + reason + ".")
                .orElse("Of " + study.runs() + " runs, " + study.event().subject() + " came in " + study.came() + "."));
        if (study.noRoc().isEmpty()) {
            sentences.add(contest());
        }
        if (!study.windowDelays().isEmpty()) {
            sentences.add("Leads are counted from the end of a window. Its middle lies "
                    + study.windowDelays().stream()
                            .map(delay -> NumberText.grouped(Math.round(delay)))
                            .collect(Collectors.joining(" or "))
                    + " steps (W·stride/2) earlier.");
        }
        return sentences;
    }

    /** The best spectral detector beside the best plain one, each chosen on other seeds than those that judge it. */
    private String contest() {
        Optional<HeldOutChoice> spectral = study.choice(SPECTRAL);
        Optional<HeldOutChoice> plain = study.choice(PLAIN);
        if (spectral.isEmpty() || plain.isEmpty()) {
            return "There are too few seeds, or too few runs of either kind, to choose a detector on half of the seeds"
                    + " and judge it on the others.";
        }
        String held = study.choice(HELD_OUT)
                .map(choice -> "; with held-out data, " + described(choice))
                .orElse("");
        ResampledRuns advantage = study.advantage(spectral.get(), plain.get());
        return verdict(spectral.get().area() - plain.get().area(), advantage)
                + "chosen on half of the seeds and judged on the others, the best spectral detector is "
                + described(spectral.get()) + ", the best plain one " + described(plain.get()) + held
                + ". The area of the spectral detector minus that of the plain one lies between "
                + number(advantage.low()) + " and "
                + number(advantage.high()) + " (95 %, runs drawn with replacement).";
    }

    private static String verdict(double difference, ResampledRuns advantage) {
        if (difference <= 0) {
            return "The spectrum adds nothing to what plain numbers say: ";
        }
        return advantage.low() > 0
                ? "The spectrum adds to what plain numbers say: "
                : "It is not certain that the spectrum adds to what plain numbers say: ";
    }

    private static String described(HeldOutChoice choice) {
        String names = choice.first().equals(choice.second())
                ? choice.first().name()
                : choice.first().name() + " or " + choice.second().name();
        return names + " with an area of " + number(choice.area());
    }

    /** Three digits, or a dash. */
    static String number(double value) {
        return Double.isNaN(value) ? "–" : NumberText.significant(value, 3);
    }
}
