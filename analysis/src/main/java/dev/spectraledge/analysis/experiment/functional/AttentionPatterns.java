package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.Procedure;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.protocol.Protocol;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Attention patterns of causal transformers and encoder–decoders (Lifecycle §4.10 and §4.11). Published: over all queries,
 * padding included, of an encoder–decoder with the masks and the shortcuts of the published code. Controlled: the real
 * forward pass and its real queries only, each compared with a head that attends uniformly to what it sees.
 */
public final class AttentionPatterns implements Experiment {
    static final String ENTROPY = "entropy";
    static final String DIVERGENCE = "divergence-from-uniform";
    static final String LOCAL = "local";
    static final String RECENT = "recent";
    static final String POWER = "power";
    static final String PATTERN = "pattern";

    @Override
    public String name() {
        return "attention";
    }

    @Override
    public String question() {
        return "Do heads attend uniformly, as counting requires, and which of them do not?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.task(run, name());
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Protocol protocol = run.protocol(name());
        boolean answers = run.data().test().form().hasSource();
        int sequences = protocol.count(Parameter.SEQUENCES);
        Findings findings = new Findings();
        try (StudiedModel padded = StudiedModel.padded(run, run.data().test(), sequences);
                StudiedModel real = StudiedModel.tokenByToken(run, run.data().test(), sequences)) {
            for (long step : LookedAt.steps(run, phases, protocol.steps(Parameter.STEPS))) {
                padded.load(step);
                published(step, answers ? PublishedScanAttention.of(padded) : AttentionHead.of(padded), findings);
                real.load(step);
                for (AttentionHead head : AttentionHead.of(real)) {
                    record(findings, Procedure.CONTROLLED, step, item(head), AttentionScores.controlled(head));
                }
            }
        }
        if (answers) {
            findings.remark("As published, padded keys are hidden from cross-attention, the encoder's output lacks "
                    + "its final norm, and queries of cross-attention come from the layer's input. The model "
                    + "does none of that.");
        }
        findings.remark("The controlled values of local and recent are the excess over a head that attends uniformly.");
        AttentionFigures.draw(findings);
        return findings;
    }

    /**
     * The published entropy of the attention of a causal transformer, in the mean over its heads, with the weights as they
     * are now.
     *
     * @param padded on padded inputs
     */
    public static double meanEntropy(StudiedModel padded) {
        return AttentionHead.of(padded).stream()
                .mapToDouble(head -> AttentionScores.published(head).entropy())
                .average()
                .orElseThrow();
    }

    private static String item(AttentionHead head) {
        return head.kind().equals("self") ? head.name() : head.kind() + "/" + head.name();
    }

    private static void published(long step, List<AttentionHead> heads, Findings findings) {
        Map<String, double[]> entropies = new LinkedHashMap<>();
        for (AttentionHead head : heads) {
            AttentionScores scores = AttentionScores.published(head);
            record(findings, Procedure.PUBLISHED, step, item(head), scores);
            double[] sum = entropies.computeIfAbsent(head.kind(), kind -> new double[2]);
            sum[0] += scores.entropy();
            sum[1]++;
            double[][] mean = head.meanPattern();
            PowerSpectrum spectrum = new PowerSpectrum(head.positions());
            double[] power = new double[spectrum.bins()];
            for (double[] row : mean) {
                spectrum.add(row, 1.0 / mean.length, power);
            }
            for (int frequency = 0; frequency < power.length; frequency++) {
                findings.published(POWER, item(head) + "/omega=" + frequency, step, power[frequency]);
            }
            for (int distance = 0; head.isCausal() && distance < head.positions(); distance++) {
                findings.published(PATTERN, item(head) + "/distance=" + distance, step, relative(mean, distance));
            }
        }
        entropies.forEach((kind, sum) -> findings.published(ENTROPY, kind, step, sum[0] / sum[1]));
    }

    /** Mean attention to the key so far before the query, in units of uniform causal attention. */
    private static double relative(double[][] mean, int distance) {
        double sum = 0;
        int queries = 0;
        for (int query = distance; query < mean.length; query++) {
            if (query - distance < mean[query].length) {
                sum += mean[query][query - distance] * (query + 1);
                queries++;
            }
        }
        return sum / queries;
    }

    private static void record(Findings findings, Procedure procedure, long step, String item, AttentionScores scores) {
        findings.add(procedure, ENTROPY, item, step, scores.entropy());
        findings.add(procedure, DIVERGENCE, item, step, scores.divergence());
        findings.add(procedure, LOCAL, item, step, scores.local());
        findings.add(procedure, RECENT, item, step, scores.recent());
    }
}
