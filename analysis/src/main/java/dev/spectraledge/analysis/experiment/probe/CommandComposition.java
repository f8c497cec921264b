package dev.spectraledge.analysis.experiment.probe;

import dev.spectraledge.analysis.experiment.CurveFigure;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.Representations;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.protocol.Protocol;
import dev.spectraledge.analysis.report.plot.Axis;
import dev.spectraledge.analysis.report.plot.Figure;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * What the deepest layers of an encoder–decoder hold of SCAN's commands and answers (Lifecycle §4.15). Published: Ridge with
 * α = 1 on classes numbered as if they were quantities, split by tokens, of the output of the last block of the encoder: which
 * verb a verb is; −1, 0 or +1 and 0, 1 or 2 for the word's own direction and repetition; and of the last block of the decoder:
 * the next action and the position. What the description leaves open is taken thus: a direction or repetition belongs to the
 * word that says it and all other words have 0, the padding is left out, a command's eleven features are the mean over its words
 * of the indicators of all words but "and" and "after", and probes on the same rows share a split.
 *
 * <p>Three of the six ask the encoder for what its input says, one asks the decoder for its other input, and one has no model
 * in it. Controlled: how often the right class has the largest of the regressions without penalty, and R² for positions, which
 * are quantities; whole commands are held out, labels are exchanged between commands, and beside each stands what the input's
 * own indicators of word and position give, which are linear functions of nearly every embedding. What only a composition can
 * give (ours) is the verb of the phrase, read from its other words.
 */
final class CommandComposition {
    private static final int PUBLISHED_SEED = 42;
    private static final double PENALTY = 1;

    static final String TO_VERB = "encoder-to-verb";
    static final String TO_DIRECTION = "encoder-to-direction";
    static final String TO_REPETITION = "encoder-to-repetition";
    static final String TO_TOKEN = "decoder-to-token";
    static final String TO_POSITION = "decoder-to-position";
    static final String FEATURES_TO_TOKEN = "command-features-to-token";
    static final String TO_PHRASE_VERB = "encoder-to-phrase-verb";
    /** Item of what the input alone gives. */
    static final String INPUTS = "inputs";

    private final Findings findings = new Findings();
    private final NumpyRandom random = NumpyRandom.seeded(PUBLISHED_SEED);

    private CommandComposition() {}

    static Findings measure(StudiedRun run, PhaseSteps phases) {
        return new CommandComposition().of(run, phases);
    }

    private Findings of(StudiedRun run, PhaseSteps phases) {
        Protocol protocol = run.protocol(CompositionProbes.NAME);
        List<Long> publishedSteps = protocol.steps(Parameter.STEPS);
        NavigableSet<Long> steps = new TreeSet<>(publishedSteps);
        phases.steps(PhaseTable.NEAREST)
                .forEach(step -> steps.add(PhaseSteps.nearest(run.steps(), (double) (long) step)));
        int last = run.config().model().layers() - 1;
        try (StudiedModel studied = StudiedModel.of(run, run.data().test(), protocol.count(Parameter.SEQUENCES))) {
            for (long step : steps) {
                boolean exists = run.steps().contains(step);
                if (exists) {
                    studied.load(step);
                }
                Rows rows = Rows.of(Representations.of(studied), last);
                if (publishedSteps.contains(step)) {
                    published(step, exists, rows);
                }
                if (exists) {
                    controlled(step, rows);
                }
            }
        }
        findings.remark("identity: the verb, direction and repetition of a word are functions of the encoder's "
                + "input at its own place, and the position is an input of the decoder; the item 'inputs' "
                + "is what word and position predict without any model");
        findings.remark(FEATURES_TO_TOKEN
                + " depends on the data alone; its published value changes with the split, not with the " + "model");
        findings.figure(figure(last));
        return findings;
    }

    /** Last blocks of encoder and decoder; the encoder without padding. */
    private record Rows(HiddenStates encoder, HiddenStates decoder) {
        static Rows of(List<HiddenStates> all, int last) {
            HiddenStates encoder = layer(all, "encoder_" + last);
            return new Rows(encoder.where(new CommandLabels(encoder).isWord()), layer(all, "decoder_" + last));
        }

        private static HiddenStates layer(List<HiddenStates> all, String name) {
            return all.stream()
                    .filter(states -> states.layer().equals(name))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private void published(long step, boolean exists, Rows rows) {
        CommandLabels labels = new CommandLabels(rows.encoder());
        HiddenStates verbs = rows.encoder().where(labels.isVerb());
        // Drawn for a missing snapshot as well, so that those after it get the splits that they had.
        ProbeSplit ofVerbs = ProbeSplit.ofTokens(random, verbs.rows());
        ProbeSplit ofWords = ProbeSplit.ofTokens(random, rows.encoder().rows());
        ProbeSplit ofActions = ProbeSplit.ofTokens(random, rows.decoder().rows());
        if (exists) {
            publish(TO_VERB, step, verbs, verbs.values(), new CommandLabels(verbs).verb(), ofVerbs);
            HiddenStates encoder = rows.encoder();
            publish(TO_DIRECTION, step, encoder, encoder.values(), labels.direction(), ofWords);
            publish(TO_REPETITION, step, encoder, encoder.values(), labels.repetition(), ofWords);
            HiddenStates decoder = rows.decoder();
            publish(TO_TOKEN, step, decoder, decoder.values(), Labels.targets(decoder), ofActions);
            publish(TO_POSITION, step, decoder, decoder.values(), positions(decoder), ofActions);
            HiddenStates inputs = decoder.with(INPUTS, labels.averagedOver(decoder));
            publish(FEATURES_TO_TOKEN, step, inputs, inputs.values(), Labels.targets(inputs), ofActions);
        }
    }

    private void publish(
            String name, long step, HiddenStates states, double[][] features, double[] labels, ProbeSplit split) {
        findings.published(name, states.layer(), step, RidgeRegression.heldOut(split, features, labels, PENALTY));
    }

    private static double[] positions(HiddenStates states) {
        return Arrays.stream(states.position()).asDoubleStream().toArray();
    }

    private void controlled(long step, Rows rows) {
        CommandLabels labels = new CommandLabels(rows.encoder());
        HiddenStates verbs = rows.encoder().where(labels.isVerb());
        classes(TO_VERB, step, verbs, new CommandLabels(verbs).verb());
        classes(TO_DIRECTION, step, rows.encoder(), labels.direction());
        classes(TO_REPETITION, step, rows.encoder(), labels.repetition());
        HiddenStates modifiers = rows.encoder().where(labels.isModifier());
        classes(TO_PHRASE_VERB, step, modifiers, pick(labels.phraseVerb(), rows.encoder(), labels));
        HiddenStates decoder = rows.decoder();
        classes(TO_TOKEN, step, decoder, Labels.targets(decoder));
        quantity(TO_POSITION, step, decoder, positions(decoder));
        HiddenStates features = decoder.with(INPUTS, labels.averagedOver(decoder));
        accuracy(FEATURES_TO_TOKEN, step, probe(features), features, Labels.targets(features));
    }

    /** Labels of the rows that are kept. */
    private static double[] pick(double[] all, HiddenStates states, CommandLabels labels) {
        double[] kept = new double[states.rows()];
        int count = 0;
        for (int row = 0; row < all.length; row++) {
            if (labels.isModifier().test(row)) {
                kept[count++] = all[row];
            }
        }
        return Arrays.copyOf(kept, count);
    }

    private static ControlledProbe probe(HiddenStates states) {
        return new ControlledProbe(states, InputIdentity.distinct(states));
    }

    private void classes(String name, long step, HiddenStates states, double[] labels) {
        ControlledProbe probe = probe(states);
        accuracy(name, step, probe, states, labels);
        accuracy(name, step, probe, Indicators.ofInputs(states), labels);
    }

    private void accuracy(String name, long step, ControlledProbe probe, HiddenStates states, double[] labels) {
        probe.accuracy(states.values(), labels).report(findings, name + "-accuracy", states.layer(), step);
    }

    private void quantity(String name, long step, HiddenStates states, double[] labels) {
        ControlledProbe probe = probe(states);
        for (HiddenStates features : List.of(states, Indicators.ofInputs(states))) {
            ControlledProbe.Linear found = probe.linear(features.values(), labels);
            findings.controlled(name, features.layer(), step, found.r2());
        }
    }

    /** Which word and which position a row is, as features. */
    private static final class Indicators {
        private Indicators() {}

        static HiddenStates ofInputs(HiddenStates states) {
            int words = Arrays.stream(states.token()).max().orElseThrow() + 1;
            int positions = Arrays.stream(states.position()).max().orElseThrow() + 1;
            double[][] values = new double[states.rows()][words + positions];
            for (int row = 0; row < values.length; row++) {
                values[row][states.token()[row]] = 1;
                values[row][words + states.position()[row]] = 1;
            }
            return states.with(INPUTS, values);
        }
    }

    private Figure figure(int last) {
        String encoder = "encoder_" + last;
        String decoder = "decoder_" + last;
        Axis step = Axis.linear("step");
        Axis share = Axis.linear("held-out R²", 0, 1);
        Axis accuracy = Axis.linear("held-out accuracy", 0, 1);
        List<String> identities = List.of(TO_VERB, TO_DIRECTION, TO_REPETITION);
        return new Figure(
                "parts",
                "What encoder and decoder hold of the parts of a command, as published and controlled",
                2,
                List.of(
                        published(encoder, decoder).panel("As published", step, share),
                        beside(identities, encoder).panel("Identities of the input, controlled", step, accuracy),
                        beside(List.of(TO_PHRASE_VERB), encoder)
                                .panel("The verb of the phrase, from its other words", step, accuracy),
                        beside(List.of(TO_TOKEN), decoder).panel("The next action, controlled", step, accuracy)));
    }

    private CurveFigure published(String encoder, String decoder) {
        List<String> names = List.of(TO_VERB, TO_DIRECTION, TO_REPETITION, TO_TOKEN, TO_POSITION, FEATURES_TO_TOKEN);
        List<String> items = List.of(encoder, encoder, encoder, decoder, decoder, INPUTS);
        CurveFigure curves = CurveFigure.plain(findings);
        for (int colour = 0; colour < names.size(); colour++) {
            String name = names.get(colour);
            curves.solid(Procedure.PUBLISHED, name, items.get(colour), name.replace('-', ' '), colour);
        }
        return curves;
    }

    /** Of each the representation, solid, and below it the input alone, and exchanged labels of a single one. */
    private CurveFigure beside(List<String> names, String layer) {
        CurveFigure curves = CurveFigure.plain(findings);
        for (int colour = 0; colour < names.size(); colour++) {
            String quantity = names.get(colour) + "-accuracy";
            String label = names.get(colour).replace('-', ' ');
            curves.solid(Procedure.CONTROLLED, quantity, layer, label, colour);
            curves.dashed(Procedure.CONTROLLED, quantity, INPUTS, label + ", input alone", colour);
        }
        if (names.size() == 1) {
            String exchanged = names.getFirst() + "-accuracy/exchanged";
            curves.dashed(Procedure.CONTROLLED, exchanged, layer, "exchanged labels", 1);
        }
        return curves;
    }
}
