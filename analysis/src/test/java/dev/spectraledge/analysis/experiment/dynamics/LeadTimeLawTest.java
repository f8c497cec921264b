package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.phase.GrokRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LeadTimeLawTest {
    /** The fits are printed with three or four digits. */
    private static final double PRINTED = 6e-4;

    @Test
    void thePublishedTablesGiveThePublishedFits() {
        PowerLaw scan = new LeadTimeLaw(PublishedLeads.scan()).fit();
        assertThat(scan.points()).isEqualTo(11);
        assertThat(scan.exponent()).isCloseTo(1.180, within(PRINTED));
        assertThat(scan.squaredCorrelation()).isCloseTo(0.9899, within(PRINTED));
        assertThat(scan.factor()).isCloseTo(0.149, within(PRINTED));
        PowerLaw dyck = new LeadTimeLaw(PublishedLeads.dyck()).fit();
        assertThat(dyck.points()).isEqualTo(15);
        assertThat(dyck.exponent()).isCloseTo(1.132, within(PRINTED));
        assertThat(dyck.squaredCorrelation()).isCloseTo(0.9083, within(PRINTED));
        assertThat(dyck.factor()).isCloseTo(0.239, within(PRINTED));
    }

    @Test
    void theMeansOfEachLearningRateGiveThePublishedFits() {
        PowerLaw scan = new LeadTimeLaw(PublishedLeads.means(PublishedLeads.scan())).fit();
        assertThat(scan.exponent()).isCloseTo(1.132, within(PRINTED));
        assertThat(scan.squaredCorrelation()).isCloseTo(0.9951, within(PRINTED));
        PowerLaw dyck = new LeadTimeLaw(PublishedLeads.means(PublishedLeads.dyck())).fit();
        assertThat(dyck.exponent()).isCloseTo(1.082, within(PRINTED));
        assertThat(dyck.squaredCorrelation()).isCloseTo(0.9837, within(PRINTED));
    }

    /** Thesis §5.4: "1300 1400 600 1100 1600 1500 600 900 700 1400 1200 1100; mean 1117", and to 0.5 those below. */
    @Test
    void theTableOfModularArithmeticGivesThePrintedLeads() {
        assertThat(PublishedLeads.modular())
                .extracting(run -> run.point(GrokRule.FIRST_90).lead())
                .containsExactly(
                        1300.0, 1400.0, 600.0, 1100.0, 1600.0, 1500.0, 600.0, 900.0, 700.0, 1400.0, 1200.0, 1100.0);
        assertThat(PublishedLeads.modular())
                .extracting(run -> run.point(GrokRule.FIRST_50).lead())
                .containsExactly(1200.0, 1200.0, 400.0, 1000.0, 1400.0, 1300.0, 500.0, 800.0, 500.0, 200.0, 0.0, 0.0);
    }

    /** Thesis §5.8: leads of 25, 65, 69; 4.8, 6.0, 3.9; 38, 30, 28; 67, 52, 64; 73, 68, 69 %. */
    @Test
    void theTableOfTwoTasksGivesThePrintedShares() {
        double[] printed = {25, 65, 69, 4.8, 6.0, 3.9, 38, 30, 28, 67, 52, 64, 73, 68, 69};
        List<LeadTimeLaw.Point> points = PublishedLeads.dual();
        for (int i = 0; i < printed.length; i++) {
            double digits = printed[i] < 10 ? 0.05 : 0.5;
            assertThat(100 * points.get(i).lead() / points.get(i).grok()).isCloseTo(printed[i], within(digits + 0.06));
        }
    }

    /** Thesis §5.4: 12 of 12, p = 2⁻¹²; the two leads of 0 say nothing. */
    @Test
    void theSignTestIsThePublishedOne() {
        List<PublishedLeads.ModularRun> runs = PublishedLeads.modular();
        LeadSigns to90 = LeadSigns.of(
                runs.stream().map(run -> run.point(GrokRule.FIRST_90)).toList());
        assertThat(to90).isEqualTo(new LeadSigns(12, 0));
        assertThat(to90.probability()).isCloseTo(Math.pow(2, -12), within(1e-15));
        LeadSigns to50 = LeadSigns.of(
                runs.stream().map(run -> run.point(GrokRule.FIRST_50)).toList());
        assertThat(to50).isEqualTo(new LeadSigns(10, 0));
        assertThat(new LeadSigns(2, 1).probability()).isCloseTo(0.5, within(1e-15));
        assertThat(new LeadSigns(0, 0).probability()).isEqualTo(1);
    }

    /** Two of the three runs that never grok have their onset in time as well: that is chance in one case of five. */
    @Test
    void onsetsOfRunsThatNeverGrokAreCountedAgainstTheSigns() {
        assertThat(LeadSigns.association(12, 12, 2, 3)).isCloseTo(0.2, within(1e-12));
        assertThat(LeadSigns.association(12, 12, 3, 3)).isCloseTo(1, within(1e-12));
        // C(15, 12) = 455 ways to choose which runs grok.
        assertThat(LeadSigns.association(12, 12, 0, 3)).isCloseTo(1.0 / 455, within(1e-12));
        assertThat(LeadSigns.association(3, 3, 0, 0)).isEqualTo(1);
    }

    /** Where onsets have nothing to do with grokking, Fisher's test speaks up in no more than its share of cases. */
    @Test
    void chanceAloneAssociatesAsRarelyAsItSays() {
        Random random = new Random(11);
        int trials = 4000;
        int rare = 0;
        for (int trial = 0; trial < trials; trial++) {
            int risen = 0;
            int risenOthers = 0;
            for (int run = 0; run < 12; run++) {
                risen += random.nextDouble() < 0.6 ? 1 : 0;
                risenOthers += random.nextDouble() < 0.6 ? 1 : 0;
            }
            rare += LeadSigns.association(risen, 12, risenOthers, 12) <= 0.05 ? 1 : 0;
        }
        assertThat(rare / (double) trials).isLessThan(0.05 + 4 * Math.sqrt(0.05 * 0.95 / trials));
    }

    @Test
    void withoutOneRunTheExponentOfDyckIsBelowOne() {
        LeadTimeLaw.LeftOut left = new LeadTimeLaw(PublishedLeads.dyck())
                .leaveOneOut().stream()
                        .filter(each -> each.without().equals("lr 3e-3, s2024"))
                        .findFirst()
                        .orElseThrow();
        assertThat(left.fit().exponent()).isCloseTo(0.967, within(PRINTED));
        assertThat(left.fit().squaredCorrelation()).isCloseTo(0.978, within(PRINTED));
    }

    /** Onsets at any share of the grok step between 5 % and 30 %, whatever the grok step is. */
    private static List<LeadTimeLaw.Point> unrelated() {
        List<LeadTimeLaw.Point> points = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            double grok = 1000 * Math.pow(1.5, i);
            points.add(new LeadTimeLaw.Point("run " + i, grok, grok * (0.05 + 0.25 * ((5 * i) % 12) / 12)));
        }
        return points;
    }

    @Test
    void onsetsThatHaveNothingToDoWithGrokkingFitAsWellExchanged() {
        LeadTimeLaw law = new LeadTimeLaw(unrelated());
        assertThat(law.fit().squaredCorrelation()).isGreaterThan(0.99);
        assertThat(law.exchanged().probability(law.fit().squaredCorrelation())).isGreaterThan(0.05);
        assertThat(law.exchanged().median()).isGreaterThan(0.99);
        PowerLaw fraction = law.fractionLaw();
        assertThat(Math.abs(fraction.exponent())).isLessThan(2 * fraction.standardError());
        double[] interval = law.bootstrapInterval(0.025, 0.975);
        assertThat(interval[0]).isLessThan(1);
        assertThat(interval[1]).isGreaterThan(1);
    }

    @Test
    void aLawThatThereIsIsFound() {
        List<LeadTimeLaw.Point> points = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            double grok = 1000 * Math.pow(1.5, i);
            points.add(new LeadTimeLaw.Point("run " + i, grok, grok - 20 * Math.pow(grok, 0.6)));
        }
        LeadTimeLaw law = new LeadTimeLaw(points);
        assertThat(law.fit().exponent()).isCloseTo(0.6, within(1e-9));
        assertThat(law.exchanged().probability(law.fit().squaredCorrelation())).isLessThan(0.01);
        PowerLaw fraction = law.fractionLaw();
        assertThat(fraction.exponent()).isCloseTo(-0.4, within(1e-9));
        double[] interval = law.bootstrapInterval(0.025, 0.975);
        assertThat(interval[1]).isLessThan(1);
    }

    @Test
    void noLeadIsLongerThanTheGrokStep() {
        assertThat(new LeadTimeLaw(PublishedLeads.dyck()).points())
                .allMatch(point -> point.lead() > 0 && point.lead() <= point.grok());
    }
}
