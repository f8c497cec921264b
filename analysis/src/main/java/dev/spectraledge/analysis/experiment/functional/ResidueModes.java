package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.Cadences;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.Representations;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.experiment.probe.NumpyRandom;
import dev.spectraledge.analysis.phase.GrokRule;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.analysis.statistic.Statistics;
import dev.spectraledge.trainer.data.Examples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Whether the response to a small move along each direction of a window is a single wave over the results of modular arithmetic
 * (thesis §6). Published: the share F of the strongest of all frequencies, in units of an even spectrum, along the directions of a
 * centred window of twenty updates, by the result and by its discrete logarithm, by other combinations of the operands and on the
 * plane of both. Controlled: F is a maximum over frequencies, so that it is compared with that of {@value #RANDOM} random directions,
 * and with that of the same mean responses put to the results in {@value #ORDERS} random orders.
 */
final class ResidueModes {
    static final String CONCENTRATION = "fourier-concentration";
    static final String FREQUENCY = "fourier-frequency";
    static final String ELEVATION = "fourier-elevation";
    static final String ORDER_P = "p-of-random-order";
    static final String PLANE = "plane";

    static final int RANDOM = 39;
    static final int ORDERS = 199;

    private static final int DIRECTIONS = 8;
    private static final long SEED = 61;
    private static final int ORDER_SEED = 43;

    private final StudiedModel model;
    private final List<ResidueBasis> bases;
    private final Map<Integer, CircleSpectrum> spectra = new LinkedHashMap<>();
    private final PlaneSpectrum plane;
    private final int[] places;
    private final int prime;
    private final String layer;

    private ResidueModes(StudiedModel model, Examples data) {
        this.model = model;
        prime = data.vocabulary();
        bases = ResidueBasis.of(data, model.run().config().task().objectives(), prime);
        bases.forEach(basis -> spectra.computeIfAbsent(basis.length(), CircleSpectrum::new));
        plane = new PlaneSpectrum(prime);
        places = IntStream.range(0, model.sequences())
                .map(pair -> data.token(pair, 0) * prime + data.token(pair, 1))
                .toArray();
        // The residual stream before the final norm is the first of what a classifier keeps.
        layer = Representations.of(model).getFirst().layer();
    }

    /** At the phases, and at the last snapshot with a test accuracy above 0.95, where it is published. */
    static void measure(StudiedRun run, String experiment, PhaseSteps phases, Findings findings) {
        int width = run.protocol(experiment).count(Parameter.WINDOW);
        long stride = Cadences.published(run, experiment);
        Examples data = run.data().test();
        NavigableSet<Long> steps = new TreeSet<>(phases.steps(PhaseTable.B));
        published(run).ifPresent(steps::add);
        List<Long> without = new ArrayList<>();
        try (StudiedModel model = StudiedModel.of(run, data, data.size())) {
            model.load(run.steps().last());
            ResidueModes modes = new ResidueModes(model, data);
            for (long step : steps) {
                Optional<UpdateWindow> window = UpdateWindow.centred(run, step, stride, width);
                if (window.isEmpty()) {
                    without.add(step);
                } else {
                    try (UpdateWindow open = window.get()) {
                        modes.measure(open, findings);
                    }
                }
            }
        }
        if (!without.isEmpty()) {
            findings.lack(
                    "no window of " + width + " updates of " + stride + " steps ends at step "
                            + String.join(
                                    ", ", without.stream().map(String::valueOf).toList()),
                    Cadences.settings(stride));
        }
        ResidueModesFigures.draw(findings, natural(run));
    }

    private static OptionalLong published(StudiedRun run) {
        if (!run.hasMetrics()) {
            return OptionalLong.empty();
        }
        double[] steps = run.metrics().steps();
        double[] accuracies = run.metrics().require("test_accuracy");
        return IntStream.range(0, steps.length)
                .filter(row -> accuracies[row] > GrokRule.FIRST_95.accuracy()
                        && run.steps().contains((long) steps[row]))
                .mapToLong(row -> (long) steps[row])
                .max();
    }

    /** The basis of each task in which it is an addition. */
    private static List<String> natural(StudiedRun run) {
        List<String> tasks = run.config().task().objectives();
        return tasks.stream()
                .map(task -> ResidueBasis.natural(task, tasks.size() > 1))
                .toList();
    }

    private void measure(UpdateWindow window, Findings findings) {
        long step = window.step();
        model.load(step);
        Perturbation perturbation = new Perturbation(model, layer);
        findings.published(FunctionalModes.STEP_LENGTH, "spectrum", step, perturbation.step());
        List<double[]> own = new ArrayList<>();
        for (int k = 0; k < Math.min(DIRECTIONS, window.size() - 1); k++) {
            findings.published(FunctionalModes.SINGULAR_VALUE, "v" + (k + 1), step, window.singularValue(k));
            own.add(Perturbation.magnitudes(perturbation.along(window.direction(k))));
        }
        List<double[]> random = RandomDirections.along(
                model.backend(),
                SEED,
                RANDOM,
                window.direction(0).size(1),
                direction -> Perturbation.magnitudes(perturbation.along(direction)));
        report(own, random, step, findings);
    }

    /**
     * What is said of responses of one step.
     *
     * @param own to each direction, f of each pair
     * @param random the same of random directions
     */
    private void report(List<double[]> own, List<double[]> random, long step, Findings findings) {
        Null chance = Null.of(random.stream().mapToDouble(Statistics::mean).toArray());
        findings.chance(FunctionalModes.RESPONSE, "", step, chance);
        for (int k = 0; k < own.size(); k++) {
            String item = "v" + (k + 1);
            double mean = Statistics.mean(own.get(k));
            findings.published(FunctionalModes.RESPONSE, item, step, mean);
            findings.controlled(
                    FunctionalModes.P_VALUE, FunctionalModes.RESPONSE + "/" + item, step, chance.probability(mean));
        }
        for (ResidueBasis basis : bases) {
            circle(basis, spectra.get(basis.length()), own, random, step, findings);
        }
        onPlane(own, random, step, findings);
    }

    /** Responses along one basis; of a basis that no pair has a place in there are none. */
    static void circle(
            ResidueBasis basis,
            CircleSpectrum spectrum,
            List<double[]> own,
            List<double[]> random,
            long step,
            Findings findings) {
        List<Double> shares = new ArrayList<>();
        for (int k = 0; k < own.size(); k++) {
            double[] profile = basis.profile(own.get(k));
            CircleSpectrum.Peak peak = spectrum.peak(profile);
            String item = "v" + (k + 1) + "/" + basis.name();
            findings.published(CONCENTRATION, item, step, peak.share());
            findings.published(FREQUENCY, item, step, peak.frequency());
            findings.published(ELEVATION, item, step, peak.share() * spectrum.frequencies());
            findings.controlled(ORDER_P, item, step, ordered(profile, spectrum).probability(peak.share()));
            shares.add(peak.share());
        }
        Null chance = Null.of(random.stream()
                .mapToDouble(
                        responses -> spectrum.peak(basis.profile(responses)).share())
                .toArray());
        compare(basis.name(), shares, chance, step, findings);
    }

    /** F of the same values around the circle in random orders. */
    private static Null ordered(double[] profile, CircleSpectrum spectrum) {
        NumpyRandom random = NumpyRandom.seeded(ORDER_SEED);
        double[] draws = new double[ORDERS];
        for (int draw = 0; draw < ORDERS; draw++) {
            double[] dealt = Arrays.stream(random.permutation(profile.length))
                    .mapToDouble(place -> profile[place])
                    .toArray();
            draws[draw] = spectrum.peak(dealt).share();
        }
        return Null.of(draws);
    }

    private void onPlane(List<double[]> own, List<double[]> random, long step, Findings findings) {
        List<Double> shares = new ArrayList<>();
        for (int k = 0; k < own.size(); k++) {
            PlaneSpectrum.Peak peak = plane.peak(grid(own.get(k)));
            String item = "v" + (k + 1) + "/" + PLANE;
            findings.published(CONCENTRATION, item, step, peak.share());
            findings.published("follows-the-sum", item, step, peak.followsTheSum() ? 1 : 0);
            shares.add(peak.share());
        }
        Null chance = Null.of(random.stream()
                .mapToDouble(responses -> plane.peak(grid(responses)).share())
                .toArray());
        compare(PLANE, shares, chance, step, findings);
    }

    private double[] grid(double[] responses) {
        double[] grid = new double[prime * prime];
        Arrays.fill(grid, Double.NaN);
        for (int pair = 0; pair < responses.length; pair++) {
            grid[places[pair]] = responses[pair];
        }
        return grid;
    }

    private static void compare(String basis, List<Double> shares, Null chance, long step, Findings findings) {
        findings.chance(CONCENTRATION, basis + "/", step, chance);
        for (int k = 0; k < shares.size(); k++) {
            findings.controlled(
                    FunctionalModes.P_VALUE,
                    CONCENTRATION + "/v" + (k + 1) + "/" + basis,
                    step,
                    chance.probability(shares.get(k)));
        }
        int edge = Math.min(UpdateWindow.EDGE, shares.size());
        double largest = shares.subList(0, edge).stream()
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(Double.NaN);
        findings.published(CONCENTRATION, "edge/" + basis, step, Statistics.mean(shares.subList(0, edge)));
        findings.published(CONCENTRATION, "bulk/" + basis, step, Statistics.mean(shares.subList(edge, shares.size())));
        findings.controlled(
                FunctionalModes.P_VALUE,
                CONCENTRATION + "/edge/" + basis,
                step,
                DepthBasis.familyProbability(chance, edge, largest));
    }
}
