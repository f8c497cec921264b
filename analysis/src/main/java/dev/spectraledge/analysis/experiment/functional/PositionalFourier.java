package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.Representations;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.protocol.Protocol;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import dev.spectraledge.analysis.report.plot.Line;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.trainer.data.MersenneTwister;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Fourier spectra of hidden states along the positions (Lifecycle §4.12). Published: of the states as they are, zero behind
 * the sequence, so that their mean and the lengths of the sequences decide much of it. Controlled: of the states without
 * their mean over the sequence, and the share of the strongest frequency against that of the same states at permuted
 * positions: the null is that order does not matter, the statistic the maximum over all frequencies.
 */
public final class PositionalFourier implements Experiment {
    static final String DOMINANT = "dominant-frequency";
    static final String TOP_1 = "top-1";
    static final String TOP_3 = "top-3";
    static final String TOP_5 = "top-5";
    static final String P_VALUE = "p-value";
    static final String POWER = "power-share";

    /** What heads read; not looked at. */
    private static final Set<String> NORMALISED = Set.of("normalised", "memory");

    private static final int PERMUTATIONS = 99;
    private static final int SEED = 11;

    /**
     * A spectrum in two numbers.
     *
     * @param dominant ω*, the frequency with the most power
     * @param topThree share of the three strongest
     */
    public record Summary(int dominant, double topThree) {}

    /** As published: of states as they are, zero behind their sequence. */
    public static Summary summary(HiddenStates states, int positions) {
        double[] power = PositionGram.of(states, positions).power();
        return new Summary(PowerSpectrum.dominant(power), PowerSpectrum.largest(power, 3));
    }

    @Override
    public String name() {
        return "positional-fourier";
    }

    @Override
    public String question() {
        return "At which frequencies do hidden states vary along the positions more than in random order?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.task(run, name());
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        Protocol protocol = run.protocol(name());
        int sequences = protocol.count(Parameter.SEQUENCES);
        try (StudiedModel model = StudiedModel.of(run, run.data().test(), sequences)) {
            for (long step : LookedAt.steps(run, phases, protocol.steps(Parameter.STEPS))) {
                model.load(step);
                for (HiddenStates states : Representations.of(model)) {
                    if (!NORMALISED.contains(states.layer())) {
                        boolean source = states.layer().startsWith("encoder");
                        HiddenStates visible = source ? states.where(row -> states.token()[row] != 0) : states;
                        measure(visible, positions(run, source), step, findings);
                    }
                }
            }
        }
        draw(findings);
        return findings;
    }

    private static int positions(StudiedRun run, boolean source) {
        return source
                ? run.data().test().form().sourceLength()
                : run.data().test().contextLength();
    }

    private static void measure(HiddenStates states, int positions, long step, Findings findings) {
        PositionGram gram = PositionGram.of(states, positions);
        double[] power = gram.power();
        record(findings, Procedure.PUBLISHED, states.layer(), step, power);
        double total = Arrays.stream(power).sum();
        for (int frequency = 0; frequency < power.length; frequency++) {
            findings.published(POWER, states.layer() + "/omega=" + frequency, step, power[frequency] / total);
        }
        PositionGram centred = gram.centred();
        double[] controlled = centred.power();
        record(findings, Procedure.CONTROLLED, states.layer(), step, controlled);
        Null draws = permuted(centred, SEED);
        findings.chance(TOP_1, states.layer() + "/", step, draws);
        findings.controlled(P_VALUE, states.layer(), step, draws.probability(PowerSpectrum.largest(controlled, 1)));
    }

    /** The share of the strongest frequency at permuted positions. */
    static Null permuted(PositionGram gram, int seed) {
        MersenneTwister random = MersenneTwister.seededByInteger(seed);
        double[] draws = new double[PERMUTATIONS];
        for (int draw = 0; draw < PERMUTATIONS; draw++) {
            draws[draw] = PowerSpectrum.largest(gram.permuted(random).power(), 1);
        }
        return Null.of(draws);
    }

    private static void record(Findings findings, Procedure procedure, String layer, long step, double[] power) {
        findings.add(procedure, DOMINANT, layer, step, PowerSpectrum.dominant(power));
        findings.add(procedure, TOP_1, layer, step, PowerSpectrum.largest(power, 1));
        findings.add(procedure, TOP_3, layer, step, PowerSpectrum.largest(power, 3));
        findings.add(procedure, TOP_5, layer, step, PowerSpectrum.largest(power, 5));
    }

    private static void draw(Findings findings) {
        List<String> layers = findings.items(Procedure.CONTROLLED, P_VALUE);
        long last = findings.lastStep();
        CurveFigure spectra = CurveFigure.marked(findings);
        CurveFigure topThree = CurveFigure.marked(findings);
        CurveFigure dominant = CurveFigure.marked(findings);
        CurveFigure topOne = CurveFigure.marked(findings);
        for (int index = 0; index < layers.size(); index++) {
            String layer = layers.get(index);
            int bins = findings.count(POWER, layer + "/omega=", last);
            spectra.overItems(
                    Procedure.PUBLISHED, POWER, layer + "/omega=", bins, last, layer, index, Line.Stroke.SOLID);
            topThree.overSteps(Procedure.PUBLISHED, TOP_3, layer, layer, index, Line.Stroke.SOLID);
            dominant.overSteps(Procedure.PUBLISHED, DOMINANT, layer, layer, index, Line.Stroke.SOLID);
            topOne.overSteps(Procedure.CONTROLLED, TOP_1, layer, layer, index, Line.Stroke.SOLID);
            topOne.overSteps(
                    Procedure.CONTROLLED, TOP_1, layer + "/random-95", "95 % of random", index, Line.Stroke.DASHED);
            topThree.reference(3.0 / bins, "uniform");
        }
        Axis steps = Axis.linear("step");
        findings.figure(new Figure(
                "spectra",
                "Fourier spectra of hidden states along the positions, as published and against permuted positions",
                2,
                List.of(
                        spectra.panel("Spectrum at step " + last, Axis.linear("ω"), Axis.linear("share of the power")),
                        topThree.panel("Share of the three strongest, as published", steps, Axis.linear("top-3", 0, 1)),
                        dominant.panel("Strongest frequency, as published", steps, Axis.linear("ω*")),
                        topOne.panel(
                                "Share of the strongest, without the mean; dashed: 95 % of permuted positions",
                                steps, Axis.linear("top-1")))));
    }
}
