package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.experiment.probe.InputIdentity;
import dev.spectraledge.analysis.experiment.probe.Labels;
import dev.spectraledge.analysis.experiment.probe.NumpyRandom;
import dev.spectraledge.analysis.experiment.probe.ProbeSplit;
import dev.spectraledge.analysis.experiment.probe.RidgeRegression;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.kernels.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the network answers to a small move along each direction of the window (Lifecycle §4.16). Published: the response's
 * correlation with depth, its ratio of opening to closing brackets, its spectrum by position, and how well depth is read from
 * Δh by ridge regression with a penalty that is large beside Δh. Controlled: the regression without penalty, on other
 * sequences than those judged on; and {@value #RANDOM} random directions, among whose values the p value of each direction
 * is (1 + number that reach it)/(1 + {@value #RANDOM}). Modular arithmetic is asked otherwise ({@link ResidueModes}).
 */
public final class FunctionalModes implements Experiment {
    static final String SINGULAR_VALUE = "singular-value";
    static final String GAP = "gap-23";
    static final String STEP_LENGTH = "perturbation";
    static final String CORRELATION = "target-correlation";
    static final String FUNCTIONAL_R2 = "functional-r2";
    static final String TOKEN_RATIO = "token-ratio";
    static final String CONCENTRATION = "position-concentration";
    static final String DOMINANT = "position-frequency";
    static final String RESPONSE = "mean-response";
    static final String P_VALUE = "p-value";

    /** Random directions beside those of the window. */
    static final int RANDOM = 19;

    private static final int WINDOW = 5;
    private static final int DIRECTIONS = 6;
    private static final double PUBLISHED_PENALTY = 1;
    private static final int PUBLISHED_SEED = 42;
    private static final long SEED = 23;

    @Override
    public String name() {
        return "functional-modes";
    }

    @Override
    public String question() {
        return "How does the network respond to a small move along the edge, and does it respond differently"
                + " elsewhere?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.task(run, name())
                .or(() -> Objections.when(
                        answersWhole(run)
                                && !DiscreteLogarithm.exists(run.data().test().vocabulary()),
                        "needs a prime modulus, which has discrete logarithms, not "
                                + run.data().test().vocabulary()));
    }

    /** Whether there is one answer to a whole sequence, as in modular arithmetic. */
    private static boolean answersWhole(StudiedRun run) {
        return !run.data().test().form().eachToken();
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        if (answersWhole(run)) {
            ResidueModes.measure(run, name(), phases, findings);
            return findings;
        }
        int sequences = run.protocol(name()).count(Parameter.SEQUENCES);
        StudiedRun asPublished = ResponseSource.asPublished(run);
        NumpyRandom random = NumpyRandom.seeded(PUBLISHED_SEED);
        try (StudiedModel model = StudiedModel.of(run, run.data().test(), sequences);
                StudiedModel published =
                        StudiedModel.of(asPublished, asPublished.data().test(), sequences)) {
            UpdateWindow.atEach(run, phases.steps(PhaseTable.B), WINDOW, findings, window -> {
                published.load(window.step());
                published(published, window, random, findings);
                model.load(window.step());
                controlled(model, window, findings);
            });
        }
        FunctionalModesFigures.draw(findings, ResponseSource.of(run));
        return findings;
    }

    private static void published(StudiedModel model, UpdateWindow window, NumpyRandom random, Findings findings) {
        long step = window.step();
        findings.published(GAP, "spectrum", step, gap(window));
        for (int k = 0; k < window.size(); k++) {
            findings.published(SINGULAR_VALUE, "v" + (k + 1), step, window.singularValue(k));
        }
        List<ResponseSource> sources = ResponseSource.of(model.run());
        List<Perturbation> perturbations = sources.stream()
                .map(source -> new Perturbation(model, source.layer()))
                .toList();
        findings.published(
                STEP_LENGTH, "spectrum", step, perturbations.getFirst().step());
        double[] signs = PublishedSigns.of(window);
        for (int k = 0; k < Math.min(DIRECTIONS, window.size()); k++) {
            for (int source = 0; source < sources.size(); source++) {
                HiddenStates change = perturbations.get(source).along(signs[k], window.direction(k));
                String item = "v" + (k + 1) + sources.get(source).suffix();
                ResponseMeasures measures =
                        ResponseMeasures.of(change, sources.get(source).positions());
                findings.published(RESPONSE, item, step, measures.mean());
                findings.published(CORRELATION, item, step, measures.correlation());
                if (sources.get(source).hasBrackets()) {
                    findings.published(TOKEN_RATIO, item, step, measures.tokenRatio());
                }
                findings.published(CONCENTRATION, item, step, measures.concentration());
                findings.published(DOMINANT, item, step, measures.frequency());
                ProbeSplit split = ProbeSplit.ofTokens(random, change.rows());
                findings.published(
                        FUNCTIONAL_R2,
                        item,
                        step,
                        RidgeRegression.heldOut(split, change.values(), Labels.targets(change), PUBLISHED_PENALTY));
            }
        }
    }

    /** g₂₃ = σ₂² − σ₃², zero where there is no third direction. */
    private static double gap(UpdateWindow window) {
        if (window.size() <= UpdateWindow.EDGE) {
            return 0;
        }
        double second = window.singularValue(1);
        double third = window.singularValue(2);
        return second * second - third * third;
    }

    /** What is compared between directions. */
    private enum Compared {
        RESPONSE(FunctionalModes.RESPONSE),
        CORRELATION(FunctionalModes.CORRELATION),
        TOKEN_RATIO(FunctionalModes.TOKEN_RATIO),
        FUNCTIONAL_R2(FunctionalModes.FUNCTIONAL_R2);

        private final String quantity;

        Compared(String quantity) {
            this.quantity = quantity;
        }

        /** Of a ratio how far it is from 1, in either direction. */
        double of(Response response) {
            return switch (this) {
                case RESPONSE -> response.measures().mean();
                case CORRELATION -> Math.abs(response.measures().correlation());
                case TOKEN_RATIO ->
                    Math.exp(Math.abs(Math.log(response.measures().tokenRatio())));
                case FUNCTIONAL_R2 -> response.r2();
            };
        }
    }

    private record Response(ResponseMeasures measures, double r2) {}

    private static void controlled(StudiedModel model, UpdateWindow window, Findings findings) {
        for (ResponseSource source : ResponseSource.of(model.run())) {
            Perturbation perturbation = new Perturbation(model, source.layer());
            ProbeSplit split = split(perturbation.base(), model.run());
            List<Response> own = new ArrayList<>();
            for (Tensor direction : window.directions(0, DIRECTIONS)) {
                own.add(response(perturbation, direction, split, source.positions()));
            }
            List<Response> random = RandomDirections.along(
                    model.backend(),
                    SEED,
                    RANDOM,
                    window.direction(0).size(1),
                    direction -> response(perturbation, direction, split, source.positions()));
            for (Compared compared : Compared.values()) {
                if (compared == Compared.TOKEN_RATIO && !source.hasBrackets()) {
                    continue;
                }
                compare(compared, own, random, source.suffix(), window.step(), findings);
            }
        }
    }

    /** Whole sequences on one side; of a causal model no prefix on both. */
    private static ProbeSplit split(HiddenStates states, StudiedRun run) {
        int[] inputs = InputIdentity.of(states, run.data().test().form());
        return ProbeSplit.ofSequences(PUBLISHED_SEED, states.sequence(), inputs);
    }

    private static Response response(Perturbation perturbation, Tensor direction, ProbeSplit split, int positions) {
        HiddenStates change = perturbation.along(direction);
        return new Response(
                ResponseMeasures.of(change, positions),
                RidgeRegression.heldOut(split, change.values(), Labels.targets(change), 0));
    }

    private static void compare(
            Compared compared, List<Response> own, List<Response> random, String suffix, long step, Findings findings) {
        Null draws = Null.of(random.stream().mapToDouble(compared::of).toArray());
        String prefix = suffix.isEmpty() ? "" : suffix.substring(1) + "/";
        findings.chance(compared.quantity, prefix, step, draws);
        for (int k = 0; k < own.size(); k++) {
            double value = compared.of(own.get(k));
            String item = "v" + (k + 1) + suffix;
            findings.controlled(compared.quantity, item, step, value);
            findings.controlled(P_VALUE, compared.quantity + "/" + item, step, draws.probability(value));
        }
    }
}
