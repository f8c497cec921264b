package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.published.AgainstPaper;
import dev.spectraledge.analysis.report.NumberText;
import dev.spectraledge.analysis.report.PValues;
import dev.spectraledge.analysis.statistic.FisherMethod;
import dev.spectraledge.analysis.statistic.Holm;
import dev.spectraledge.analysis.statistic.Interval;
import dev.spectraledge.analysis.statistic.KendallTrend;
import dev.spectraledge.analysis.statistic.Proportion;
import dev.spectraledge.analysis.statistic.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.hipparchus.stat.StatUtils;

/** What could have refuted a claim, and what it says. */
interface ClaimControl {
    /** What is measured, in words. */
    String label();

    Finding of(Evidence evidence, List<JudgedNumber> numbers);

    /** What has to be measured for it. */
    List<SubjectSelector> selectors();

    /** The test itself, without what was written down of how it is to be made. */
    default ClaimControl bare() {
        return this;
    }

    /**
     * What a control found.
     *
     * @param effect with its interval and the border between survival and refutation, for people
     * @param cases runs that it was found on
     */
    record Finding(Outcome outcome, String effect, int cases) {
        static final Finding NONE = new Finding(Outcome.NOT_MEASURED, "", 0);
    }

    static ClaimControl read(ResourceEntry entry) {
        ClaimControl control = bare(entry);
        return entry.has("runs") ? new Planned(control, (int) entry.number("runs")) : control;
    }

    private static ClaimControl bare(ResourceEntry entry) {
        if (entry.isTrue("numbers of several seeds")) {
            return new EverySeed(entry.text("label"));
        }
        return switch (entry.text("by")) {
            case "probability" -> Probability.of(entry);
            case "share" -> Share.of(entry);
            case "order" -> SubjectOrder.of(entry);
            default -> Effect.of(entry);
        };
    }

    /**
     * A measurement, alone or against a reference, with its 95 % interval over the seeds.
     *
     * @param isRatio whether the reference divides; the interval is then that of the logarithm
     * @param survivesAbove on which side of the border the claim survives
     * @param border of the difference or ratio
     * @param because why the border lies there
     */
    record Effect(
            String label,
            SubjectSelector observed,
            Optional<SubjectSelector> reference,
            boolean isRatio,
            boolean survivesAbove,
            double border,
            String because)
            implements ClaimControl {
        private static final int DIGITS = 2;

        static Effect of(ResourceEntry entry) {
            return new Effect(
                    entry.text("label"),
                    SubjectSelector.of(entry.object("observed")),
                    entry.has("reference")
                            ? Optional.of(SubjectSelector.of(entry.object("reference")))
                            : Optional.empty(),
                    entry.text("by").equals("ratio"),
                    entry.text("survives").equals("above"),
                    entry.number("than"),
                    entry.text("because"));
        }

        @Override
        public Finding of(Evidence evidence, List<JudgedNumber> numbers) {
            double[] effects = effects(evidence);
            Interval interval = Interval.of(effects);
            if (interval.seeds() == 0) {
                return Finding.NONE;
            }
            double level = level();
            Outcome outcome = interval.isAbove(level)
                    ? survivesAbove ? Outcome.SURVIVES : Outcome.DOES_NOT
                    : interval.isBelow(level) ? survivesAbove ? Outcome.DOES_NOT : Outcome.SURVIVES : Outcome.OPEN;
            return new Finding(outcome, text(effects, interval), interval.seeds());
        }

        /** One for each run that has all that is needed. */
        private double[] effects(Evidence evidence) {
            List<Double> effects = new ArrayList<>();
            observed.places().forEach(place -> effects(evidence, place, effects));
            return effects.stream()
                    .filter(Double::isFinite)
                    .mapToDouble(Double::doubleValue)
                    .toArray();
        }

        private void effects(Evidence evidence, int place, List<Double> effects) {
            for (SubjectRun run : evidence.runs(observed.subjects().get(place))) {
                OptionalDouble value = observed.value(evidence, place, run.seed());
                OptionalDouble against = reference
                        .map(other -> other.value(evidence, place, run.seed()))
                        .orElse(OptionalDouble.of(isRatio ? 1 : 0));
                if (value.isPresent() && against.isPresent()) {
                    effects.add(
                            isRatio
                                    ? Math.log(value.getAsDouble() / against.getAsDouble())
                                    : value.getAsDouble() - against.getAsDouble());
                }
            }
        }

        /** With the distance of the mean from the border, in standard deviations between the runs. */
        private String text(double[] effects, Interval interval) {
            String mean = number(interval.mean());
            String spread = interval.seeds() == 1
                    ? "one " + observed.cases()
                    : number(interval.low()) + " … " + number(interval.high()) + ", " + interval.seeds() + " "
                            + observed.cases() + "s"
                            + size(interval.mean() - level(), Math.sqrt(StatUtils.variance(effects)));
            return String.format(
                    Locale.ROOT,
                    "%s (%s); survives %s %s: %s",
                    mean,
                    spread,
                    survivesAbove ? "above" : "below",
                    NumberText.significant(border, DIGITS),
                    because);
        }

        private static String size(double distance, double spread) {
            return spread > 0
                    ? "; " + NumberText.significant(Math.abs(distance) / spread, DIGITS)
                            + " standard deviations between runs "
                            + (distance > 0 ? "above" : "below") + " the border"
                    : "";
        }

        @Override
        public List<SubjectSelector> selectors() {
            return reference.map(other -> List.of(observed, other)).orElse(List.of(observed));
        }

        private double level() {
            return isRatio ? Math.log(border) : border;
        }

        private String number(double value) {
            return NumberText.significant(isRatio ? Math.exp(value) : value, DIGITS);
        }
    }

    /**
     * In how many runs something is so, with Wilson's 95 % interval of their share: one that is 0 or 1 in all of them is not known
     * exactly for that.
     *
     * @param observed 1 where it is so, otherwise 0
     * @param survivesAbove on which side of the border the claim survives
     * @param border of the share
     * @param because why the border lies there
     */
    record Share(String label, SubjectSelector observed, boolean survivesAbove, double border, String because)
            implements ClaimControl {
        private static final int DIGITS = 2;

        static Share of(ResourceEntry entry) {
            return new Share(
                    entry.text("label"),
                    SubjectSelector.of(entry.object("observed")),
                    entry.text("survives").equals("above"),
                    entry.number("than"),
                    entry.text("because"));
        }

        @Override
        public List<SubjectSelector> selectors() {
            return List.of(observed);
        }

        @Override
        public Finding of(Evidence evidence, List<JudgedNumber> numbers) {
            Proportion share = Proportion.ofOnes(observed.values(evidence));
            if (share.cases() == 0) {
                return Finding.NONE;
            }
            boolean isAbove = share.low() > border;
            boolean isBelow = share.high() < border;
            Outcome outcome =
                    isAbove || isBelow ? isAbove == survivesAbove ? Outcome.SURVIVES : Outcome.DOES_NOT : Outcome.OPEN;
            return new Finding(
                    outcome,
                    String.format(
                            Locale.ROOT,
                            "%d of %d %ss (share %s … %s); survives %s %s: %s",
                            share.hits(),
                            share.cases(),
                            observed.cases(),
                            NumberText.significant(share.low(), DIGITS),
                            NumberText.significant(share.high(), DIGITS),
                            survivesAbove ? "above" : "below",
                            NumberText.significant(border, DIGITS),
                            because),
                    Math.toIntExact(share.cases()));
        }
    }

    /**
     * A p-value of each seed: the claim survives if all of them together, by Fisher's method, reject what would be so without it.
     * It is never refuted by them, because a test that rejects nothing shows nothing.
     *
     * @param level of the test; those of all claims of a paper add up to 5 %, as they are looked at together
     */
    record Probability(String label, SubjectSelector observed, double level, String because) implements ClaimControl {
        private static final int DIGITS = 2;

        static Probability of(ResourceEntry entry) {
            return new Probability(
                    entry.text("label"),
                    SubjectSelector.of(entry.object("observed")),
                    entry.number("than"),
                    entry.text("because"));
        }

        @Override
        public Finding of(Evidence evidence, List<JudgedNumber> numbers) {
            double[] values = observed.values(evidence);
            if (values.length == 0) {
                return Finding.NONE;
            }
            double combined = FisherMethod.combined(values);
            return new Finding(
                    combined <= level ? Outcome.SURVIVES : Outcome.OPEN,
                    String.format(
                            Locale.ROOT,
                            "%s by Fisher’s method; survives up to %s: %s; %s",
                            NumberText.significant(combined, DIGITS),
                            NumberText.significant(level, DIGITS),
                            because,
                            PValues.corrected(Holm.adjusted(values), values.length)),
                    values.length);
        }

        @Override
        public List<SubjectSelector> selectors() {
            return List.of(observed);
        }
    }

    /** How many of the published numbers that were tested on several seeds hold for each of them. */
    record EverySeed(String label) implements ClaimControl {
        @Override
        public Finding of(Evidence evidence, List<JudgedNumber> numbers) {
            Score score = Score.of(numbers.stream()
                    .filter(judged ->
                            judged.measured().of(judged.number().quotation().publishedSeeds()).length > 1
                                    && judged.number().aggregate() == Aggregate.EACH)
                    .toList());
            int agree = score.count(AgainstPaper.AGREES);
            int tested = agree + score.count(AgainstPaper.CONTRADICTS);
            if (tested == 0) {
                return Finding.NONE;
            }
            return new Finding(agree == tested ? Outcome.SURVIVES : Outcome.DOES_NOT, agree + " of " + tested, tested);
        }

        @Override
        public List<SubjectSelector> selectors() {
            return List.of();
        }
    }

    /**
     * Whether a measurement grows from subject to subject: the claim survives if so strict an order is rarer among all orders than the
     * level, and does not if there is none or the other one.
     *
     * @param observed of the subjects in the order in which it should grow; of several runs of a subject the mean
     * @param level of the test
     */
    record SubjectOrder(String label, SubjectSelector observed, double level, String because) implements ClaimControl {
        private static final int DIGITS = 2;
        private static final int FEWEST = 3;

        static SubjectOrder of(ResourceEntry entry) {
            return new SubjectOrder(
                    entry.text("label"),
                    SubjectSelector.of(entry.object("observed")),
                    entry.number("than"),
                    entry.text("because"));
        }

        @Override
        public Finding of(Evidence evidence, List<JudgedNumber> numbers) {
            List<Double> means = new ArrayList<>();
            int runs = 0;
            for (String subject : observed.subjects()) {
                double[] values = new SubjectSelector(subject, observed.selector()).values(evidence);
                runs += values.length;
                if (values.length > 0) {
                    means.add(Statistics.mean(values));
                }
            }
            if (means.size() < FEWEST) {
                return Finding.NONE;
            }
            double[] ordered = means.stream().mapToDouble(Double::doubleValue).toArray();
            KendallTrend trend = KendallTrend.of(ordered);
            Outcome outcome = trend.probability() <= level
                    ? Outcome.SURVIVES
                    : trend.tau() <= 0 ? Outcome.DOES_NOT : Outcome.OPEN;
            return new Finding(
                    outcome,
                    String.format(
                            Locale.ROOT,
                            "%s; τ %s, as high in a share of %s of all orders; survives up to %s: %s",
                            NumberText.several(ordered, DIGITS),
                            NumberText.significant(trend.tau(), DIGITS),
                            NumberText.significant(trend.probability(), DIGITS),
                            NumberText.significant(level, DIGITS),
                            because),
                    runs);
        }

        @Override
        public List<SubjectSelector> selectors() {
            return List.of(observed);
        }
    }

    /**
     * A control of which it was written down on how many runs it is to be made: on fewer it decides nothing.
     *
     * @param runs of all subjects together
     */
    record Planned(ClaimControl control, int runs) implements ClaimControl {
        @Override
        public String label() {
            return control.label() + ", planned on " + runs + " runs";
        }

        @Override
        public ClaimControl bare() {
            return control;
        }

        @Override
        public List<SubjectSelector> selectors() {
            return control.selectors();
        }

        @Override
        public Finding of(Evidence evidence, List<JudgedNumber> numbers) {
            Finding found = control.of(evidence, numbers);
            return found.outcome() == Outcome.NOT_MEASURED || found.cases() >= runs
                    ? found
                    : new Finding(
                            Outcome.OPEN,
                            found.effect() + "; undecided with " + found.cases() + " of the " + runs
                                    + " runs that were planned",
                            found.cases());
        }
    }
}
