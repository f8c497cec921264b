package dev.spectraledge.analysis.experiment.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ResponseShareTest {
    private static final int ROWS = 400;
    private static final int GROUPS = 5;

    @Test
    void aResponseThatIsTheGroupsIsAllBetweenThem() {
        double[][] rows = new double[ROWS][2];
        int[] groups = new int[ROWS];
        for (int row = 0; row < ROWS; row++) {
            groups[row] = row % GROUPS;
            rows[row] = new double[] {groups[row], 100};
        }
        assertThat(ResponseShare.betweenGroups(rows, groups)).isCloseTo(1, within(1e-12));
    }

    @Test
    void aResponseWithoutGroupsIsHardlyBetweenThem() {
        Random random = new Random(3);
        double[][] rows = new double[ROWS][2];
        int[] groups = new int[ROWS];
        for (int row = 0; row < ROWS; row++) {
            groups[row] = row % GROUPS - 1;
            rows[row] = new double[] {random.nextGaussian(), random.nextGaussian()};
        }
        // In the mean (groups − 1)/(rows − 1); rows of group −1 do not count.
        assertThat(ResponseShare.betweenGroups(rows, groups)).isBetween(0.0, 0.05);
    }
}
