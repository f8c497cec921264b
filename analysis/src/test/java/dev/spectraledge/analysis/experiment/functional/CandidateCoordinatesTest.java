package dev.spectraledge.analysis.experiment.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.analysis.experiment.probe.ProbeSplit;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.task.modular.ModularArithmetic;
import dev.spectraledge.trainer.task.modular.ModularOperation;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Coordinates of inputs that are known. */
class CandidateCoordinatesTest {
    private static final int PRIME = 13;

    private final MemoryOwner owner = MemoryOwner.open("sums");

    @AfterEach
    void close() {
        owner.close();
    }

    private static Map<String, int[]> byName(List<Candidate> candidates) {
        return candidates.stream().collect(Collectors.toMap(Candidate::name, Candidate::groups));
    }

    @Test
    void coordinatesOfBracketsFollowFromTheTokens() {
        // (())() and ()
        int[] tokens = {0, 0, 1, 1, 0, 1, 0, 1};
        HiddenStates states = new HiddenStates(
                "normalised",
                new int[] {0, 0, 0, 0, 0, 0, 1, 1},
                new int[] {0, 1, 2, 3, 4, 5, 0, 1},
                tokens,
                new int[8],
                new double[8][1]);
        Map<String, int[]> coordinates = byName(CandidateCoordinates.ofBrackets(states));
        assertThat(coordinates.get("depth")).containsExactly(1, 2, 1, 0, 1, 0, 1, 0);
        assertThat(coordinates.get("brackets to come")).containsExactly(5, 4, 3, 2, 1, 0, 1, 0);
        assertThat(coordinates.get("greatest depth")).containsExactly(1, 2, 2, 2, 2, 2, 1, 1);
        assertThat(coordinates.get("closing brackets")).containsExactly(0, 0, 1, 2, 2, 3, 0, 1);
        assertThat(coordinates.get("token before")).containsExactly(-1, 0, 0, 1, 1, 0, -1, 0);
        assertThat(coordinates.get("brackets since depth 0")).containsExactly(1, 2, 3, 0, 1, 0, 1, 0);
    }

    private static List<CoordinateSearch.Found> search(Examples data, Function<Map<String, int[]>, int[]> followed) {
        List<Candidate> candidates = CandidateCoordinates.ofResidues(data, PRIME);
        int[] groups = followed.apply(byName(candidates));
        int rows = Math.toIntExact(data.size());
        double[][] responses = new double[rows][2];
        for (int row = 0; row < responses.length; row++) {
            responses[row][0] = Math.cos(2 * Math.PI * 3 * groups[row] / PRIME);
            responses[row][1] = Math.sin(2 * Math.PI * 3 * groups[row] / PRIME);
        }
        ProbeSplit split = new ProbeSplit(
                IntStream.range(0, rows).filter(row -> row % 3 > 0).toArray(),
                IntStream.range(0, rows).filter(row -> row % 3 == 0).toArray());
        return new CoordinateSearch(candidates, split, 1).run(responses);
    }

    @Test
    void aResponseToTheSumIsToldFromAllOtherCombinations() {
        Examples data = new ModularArithmetic(List.of(ModularOperation.ADD), PRIME, 0.9)
                .generate(owner, 1)
                .train();
        List<CoordinateSearch.Found> sum = search(data, groups -> groups.get("(a + b) mod p"));
        assertThat(sum).hasSize(1);
        assertThat(sum.getFirst().name()).isEqualTo("(a + b) mod p");
        assertThat(sum.getFirst().share()).isGreaterThan(0.999);
        assertThat(sum.getFirst().runnerUpShare()).isLessThan(0.2);
        assertThat(search(data, groups -> groups.get("(a * b) mod p"))
                        .getFirst()
                        .name())
                .isEqualTo("(a * b) mod p");
    }
}
