package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.Experiment;
import dev.spectraledge.analysis.experiment.Findings;
import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.analysis.experiment.Objections;
import dev.spectraledge.analysis.experiment.RandomDirections;
import dev.spectraledge.analysis.experiment.StudiedModel;
import dev.spectraledge.analysis.experiment.StudiedRun;
import dev.spectraledge.analysis.experiment.UpdateWindow;
import dev.spectraledge.analysis.phase.PhaseSteps;
import dev.spectraledge.analysis.phase.PhaseTable;
import dev.spectraledge.analysis.protocol.Parameter;
import dev.spectraledge.analysis.statistic.Null;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Whether the response to a move along the edge varies with depth at one frequency (Lifecycle §4.17). Published: the share
 * F of the strongest frequency of the mean response by depth, over all depths however rare, in units of an even spectrum;
 * the same for each kind of matrix alone. Controlled: depths with at least {@value #FEWEST} tokens, and the p value of F,
 * which is a maximum over frequencies, among those of {@value #RANDOM} random directions; for the edge as a whole the
 * maximum over its directions, too, against that of as many random ones.
 */
public final class DepthBasis implements Experiment {
    static final String CONCENTRATION = "concentration";
    static final String ELEVATION = "elevation";
    static final String DOMINANT = "dominant-frequency";
    static final String TOKEN_RATIO = "token-ratio";
    static final String P_VALUE = "p-value";
    static final String RESPONSE = "response";

    /** Tokens of a depth that takes part in the controlled profile. */
    static final int FEWEST = 30;

    /** Random directions of the null. */
    static final int RANDOM = 59;

    private static final int RANDOM_PER_BLOCK = 9;
    private static final int WINDOW = 5;
    private static final int DIRECTIONS = 4;
    private static final long SEED = 17;

    @Override
    public String name() {
        return "depth-basis";
    }

    @Override
    public String question() {
        return "Does the response to a move along the edge follow depth at one frequency, more than along random"
                + " directions?";
    }

    @Override
    public Optional<String> objection(StudiedRun run) {
        return Objections.task(run, name());
    }

    @Override
    public Findings measure(StudiedRun run, PhaseSteps phases) {
        Findings findings = new Findings();
        try (StudiedModel model =
                StudiedModel.of(run, run.data().test(), run.protocol(name()).count(Parameter.SEQUENCES))) {
            UpdateWindow.atEach(run, phases.steps(PhaseTable.A), WINDOW, findings, window -> {
                model.load(window.step());
                measure(model, window, findings);
            });
        }
        findings.remark("The published elevation cannot exceed the number of bins, which is 6 for 11 depths.");
        DepthBasisFigures.draw(findings);
        return findings;
    }

    private static void measure(StudiedModel model, UpdateWindow window, Findings findings) {
        long step = window.step();
        Perturbation perturbation = new Perturbation(model, "normalised");
        Map<String, DepthProfile> edge = new LinkedHashMap<>();
        List<Tensor> directions = window.directions(0, DIRECTIONS);
        double[] signs = PublishedSigns.of(window);
        for (int k = 0; k < directions.size(); k++) {
            for (Map.Entry<String, Tensor> part :
                    parts(model, directions.get(k)).entrySet()) {
                String item = "v" + (k + 1) + part.getKey();
                HiddenStates change = perturbation.along(signs[k], part.getValue());
                double[] responses = Perturbation.magnitudes(change);
                published(change, responses, item, step, findings);
                edge.put(item, DepthProfile.of(change.target(), responses, FEWEST));
            }
        }
        Map<String, Null> nulls =
                random(perturbation, model, directions.getFirst().size(1));
        nulls.forEach((block, draws) -> findings.chance(CONCENTRATION, block, step, draws));
        edge.forEach((item, profile) -> {
            String block = item.contains("/") ? item.substring(item.indexOf('/') + 1) + "/" : "";
            findings.controlled(CONCENTRATION, item, step, profile.concentration());
            findings.controlled(ELEVATION, item, step, profile.elevation());
            findings.controlled(DOMINANT, item, step, profile.dominantFrequency());
            findings.controlled(P_VALUE, item, step, nulls.get(block).probability(profile.concentration()));
        });
        double largest = IntStream.rangeClosed(1, Math.min(UpdateWindow.EDGE, directions.size()))
                .mapToDouble(k -> edge.get("v" + k).concentration())
                .max()
                .orElseThrow();
        findings.controlled(P_VALUE, "edge", step, familyProbability(nulls.get(""), UpdateWindow.EDGE, largest));
    }

    /** The direction itself, named by nothing, and its part in each kind of matrix. */
    private static Map<String, Tensor> parts(StudiedModel model, Tensor direction) {
        Map<String, Tensor> parts = new LinkedHashMap<>();
        parts.put("", direction);
        for (AttentionBlock block : AttentionBlock.values()) {
            parts.put("/" + block.title(), block.part(model.backend(), direction.owner(), model.run(), direction));
        }
        return parts;
    }

    private static void published(HiddenStates change, double[] responses, String item, long step, Findings findings) {
        DepthProfile profile = DepthProfile.of(change.target(), responses, 1);
        findings.published(CONCENTRATION, item, step, profile.concentration());
        findings.published(ELEVATION, item, step, profile.publishedElevation());
        findings.published(DOMINANT, item, step, profile.dominantFrequency());
        findings.published(TOKEN_RATIO, item, step, TokenRatio.of(change, responses));
        for (int level = 0; level < profile.depths().length; level++) {
            findings.published(
                    RESPONSE,
                    item + "/depth=" + profile.depths()[level],
                    step,
                    profile.means()[level] / profile.peak());
        }
    }

    /** F along random directions, by the prefix of the items of a block; of the blocks, fewer. */
    private static Map<String, Null> random(Perturbation perturbation, StudiedModel model, long size) {
        Map<String, List<Double>> draws = new LinkedHashMap<>();
        for (int draw = 0; draw < RANDOM; draw++) {
            try (MemoryOwner scratch = MemoryOwner.open("random direction")) {
                Tensor direction = RandomDirections.draw(model.backend(), scratch, SEED + draw, 1, size)
                        .getFirst();
                draws.computeIfAbsent("", block -> new ArrayList<>()).add(concentration(perturbation, direction));
                for (AttentionBlock block : AttentionBlock.values()) {
                    if (draw < RANDOM_PER_BLOCK) {
                        Tensor part = block.part(model.backend(), scratch, model.run(), direction);
                        draws.computeIfAbsent(block.title() + "/", title -> new ArrayList<>())
                                .add(concentration(perturbation, part));
                    }
                }
            }
        }
        Map<String, Null> nulls = new LinkedHashMap<>();
        draws.forEach((block, values) -> nulls.put(block, Null.of(values)));
        return nulls;
    }

    private static double concentration(Perturbation perturbation, Tensor direction) {
        HiddenStates change = perturbation.along(direction);
        return DepthProfile.of(change.target(), Perturbation.magnitudes(change), FEWEST)
                .concentration();
    }

    /** That the largest of several independent draws reaches a value, at least once in the draws there are. */
    static double familyProbability(Null draws, int members, double observed) {
        return 1 - Math.pow(1 - draws.probability(observed), members);
    }
}
