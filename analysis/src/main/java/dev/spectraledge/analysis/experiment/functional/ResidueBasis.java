package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.trainer.data.Examples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntBinaryOperator;

/**
 * A way to arrange pairs of residues on a circle, along which a response is averaged (thesis §6).
 *
 * @param name in items of findings
 * @param length places on the circle
 * @param places of each pair; −1 where it has none
 */
@SuppressWarnings("ArrayRecordComponent")
record ResidueBasis(String name, int length, int[] places) {
    /**
     * By the result of each task, by its discrete logarithm, in which multiplication is an addition; and those that the task need
     * not have anything to do with: a, b, a − b and a·b.
     *
     * @param tasks names of the data's objectives
     */
    static List<ResidueBasis> of(Examples data, List<String> tasks, int prime) {
        int pairs = Math.toIntExact(data.size());
        DiscreteLogarithm logarithm = new DiscreteLogarithm(prime);
        List<ResidueBasis> bases = new ArrayList<>();
        for (int task = 0; task < tasks.size(); task++) {
            String prefix = tasks.size() > 1 ? tasks.get(task) + "-" : "";
            int[] results = new int[pairs];
            for (int pair = 0; pair < pairs; pair++) {
                results[pair] = data.target(pair, task);
            }
            bases.add(new ResidueBasis(prefix + "result", prime, results));
            bases.add(new ResidueBasis(
                    prefix + "log-result",
                    prime - 1,
                    Arrays.stream(results).map(logarithm::of).toArray()));
        }
        bases.add(operands("a", data, prime, (a, b) -> a));
        bases.add(operands("b", data, prime, (a, b) -> b));
        bases.add(operands("a−b", data, prime, (a, b) -> a - b));
        bases.add(operands("a·b", data, prime, (a, b) -> a * b));
        return bases;
    }

    private static ResidueBasis operands(String name, Examples data, int prime, IntBinaryOperator place) {
        int[] places = new int[Math.toIntExact(data.size())];
        for (int pair = 0; pair < places.length; pair++) {
            places[pair] = Math.floorMod(place.applyAsInt(data.token(pair, 0), data.token(pair, 1)), prime);
        }
        return new ResidueBasis(name, prime, places);
    }

    /** The name of the basis in which a task is an addition. */
    static String natural(String task, boolean several) {
        return (several ? task + "-" : "") + (task.equals("mul") ? "log-result" : "result");
    }

    /** The mean response at each place, that of all where there is no pair; one response for each pair. */
    double[] profile(double[] responses) {
        double[] profile = new double[length];
        int[] counts = new int[length];
        double sum = 0;
        int all = 0;
        for (int pair = 0; pair < responses.length; pair++) {
            if (places[pair] >= 0) {
                profile[places[pair]] += responses[pair];
                counts[places[pair]]++;
                sum += responses[pair];
                all++;
            }
        }
        for (int place = 0; place < length; place++) {
            profile[place] = counts[place] > 0 ? profile[place] / counts[place] : sum / all;
        }
        return profile;
    }
}
