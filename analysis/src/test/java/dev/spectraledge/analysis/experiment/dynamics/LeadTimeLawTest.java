package dev.spectraledge.analysis.experiment.dynamics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
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
