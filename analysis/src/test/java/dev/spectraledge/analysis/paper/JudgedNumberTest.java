package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.analysis.published.AgainstPaper;
import dev.spectraledge.analysis.published.AgainstRerun;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgedNumberTest {
    private static final Subject DYCK =
            new Subject("dyck", "dyck ω=1", "ω = 1", Map.of(), Optional.empty(), Course.USUAL);
    /** The paper says −0.3 ± 0.1, its code when it is run again −0.5 ± 0.1. */
    private static final String LINE =
            "5.4,edge,at grok,PUBLISHED,FOR,-0.4,-0.2,± 0.1,RERUN,-0.6,-0.4,± 0.1,S,WEAK,dyck,SEEDS,"
                    + "ablation,,accuracy-change,edge,500,AGGREGATE,:shrink,REASON";

    @TempDir
    private Path folder;

    @Test
    void eachSeedHasToLieWithin() {
        JudgedNumber judged = new Line().judge(evidence(-0.25, -0.35));
        assertThat(judged.againstPaper()).isEqualTo(AgainstPaper.AGREES);
        assertThat(judged.measured().ours()).containsExactly(-0.25, -0.35);
        assertThat(judged.measured().controlled()).containsExactly(-0.125, -0.175);
        assertThat(judged.measured().detected())
                .as("at step 700, the detected grok step")
                .containsExactly(-0.5, -0.7);
        assertThat(new Line().judge(evidence(-0.25, -0.45)).againstPaper()).isEqualTo(AgainstPaper.CONTRADICTS);
    }

    @Test
    void thePaperAndTheRerunAreJudgedApart() {
        JudgedNumber likePaper = new Line().judge(evidence(-0.25, -0.35));
        assertThat(likePaper.againstRerun()).isEqualTo(AgainstRerun.DIFFERS);
        JudgedNumber likeRerun = new Line().judge(evidence(-0.45, -0.55));
        assertThat(likeRerun.againstPaper()).isEqualTo(AgainstPaper.CONTRADICTS);
        assertThat(likeRerun.againstRerun()).isEqualTo(AgainstRerun.AGREES);
    }

    @Test
    void whereThePaperPrintsNothingNothingAgreesWithIt() {
        JudgedNumber judged = new Line().with("PUBLISHED", "").judge(evidence(-0.45, -0.55));
        assertThat(judged.againstPaper()).isEqualTo(AgainstPaper.NO_NUMBER);
        assertThat(judged.againstRerun()).isEqualTo(AgainstRerun.AGREES);
        Score score = Score.of(List.of(judged));
        assertThat(score.paperSentence()).startsWith("Of 0 numbers");
        assertThat(score.rerunSentence())
                .isEqualTo("Of 1 numbers that the author's code gives when it is run again 1"
                        + " agree with ours and 0 differ.");
    }

    @Test
    void theNumberOfOneSeedIsComparedWithThatSeed() {
        Evidence evidence = evidence(-0.25, -0.55);
        assertThat(new Line().judge(evidence).againstPaper()).isEqualTo(AgainstPaper.CONTRADICTS);
        assertThat(new Line().with("FOR", "42").judge(evidence).againstPaper()).isEqualTo(AgainstPaper.AGREES);
        assertThat(new Line().with("FOR", "137").judge(evidence).againstPaper()).isEqualTo(AgainstPaper.CONTRADICTS);
        assertThat(new Line().with("FOR", "2024").judge(evidence).againstPaper())
                .as("of a seed that has no run")
                .isEqualTo(AgainstPaper.NOT_TESTABLE);
    }

    @Test
    void whatCannotFailIsInNeitherColumn() {
        JudgedNumber judged = new Line().with("WEAK", "too wide").judge(evidence(-0.25, -0.35));
        assertThat(judged.againstPaper()).isEqualTo(AgainstPaper.WEAK);
        assertThat(judged.againstRerun()).isEqualTo(AgainstRerun.WEAK);
        assertThat(Score.of(List.of(judged)).paperSentence())
                .startsWith("Of 0 numbers")
                .endsWith("; 1 more have bounds too wide to fail and are not counted.");
    }

    @Test
    void aMeanNeedsAllSeeds() {
        Line mean = new Line().with("AGGREGATE", "mean");
        assertThat(mean.judge(evidence(-0.05, -0.45)).measured().ours()).containsExactly(-0.25);
        JudgedNumber incomplete = mean.with("SEEDS", "42 137 2024").judge(evidence(-0.05, -0.45));
        assertThat(incomplete.againstPaper()).isEqualTo(AgainstPaper.NOT_TESTABLE);
        assertThat(incomplete.againstRerun()).isEqualTo(AgainstRerun.NOT_TESTABLE);
        assertThat(incomplete.measured().missing())
                .isEqualTo("not measured: ablation/published/accuracy-change/edge/500 for seed 2024");
    }

    @Test
    void whatIsNotThereOrCannotBeIsNotTestable() {
        Line one = new Line().with("SEEDS", "42");
        assertThat(one.judge(new Evidence(List.of())).measured().missing())
                .isEqualTo("no run of dyck was trained here");
        JudgedNumber unstated = one.with("REASON", "phase not stated").judge(evidence(-0.3, -0.3));
        assertThat(unstated.againstPaper()).isEqualTo(AgainstPaper.NOT_TESTABLE);
        assertThat(unstated.measured().missing()).isEqualTo("phase not stated");
        JudgedNumber undefined = one.judge(evidence(Double.NaN, 0));
        assertThat(undefined.againstPaper()).isEqualTo(AgainstPaper.NOT_TESTABLE);
        assertThat(undefined.measured().missing())
                .isEqualTo("there is none: ablation/published/accuracy-change/edge/500 for seed 42");
    }

    /** Seed 137 lies outside; whether rounding explains it depends on where its replicas lie. */
    @Test
    void roundingMayExplainWhatLiesOutside() {
        Evidence evidence = evidence(-0.25, -0.5);
        Evidence near = new Evidence(List.of(replica(42, 1, -0.26), replica(137, 2, -0.45), replica(137, 3, -0.38)));
        JudgedNumber explained = new Line().judge(evidence, near);
        assertThat(explained.againstPaper()).isEqualTo(AgainstPaper.CONTRADICTS);
        assertThat(explained.measured().rounding())
                .containsExactly(
                        new RoundingSpread(List.of(-0.25, -0.26)), new RoundingSpread(List.of(-0.5, -0.45, -0.38)));
        assertThat(explained.isWithinRounding()).isTrue();
        Evidence far = new Evidence(List.of(replica(42, 4, -0.26), replica(137, 5, -0.45), replica(137, 7, -0.1)));
        assertThat(new Line().judge(evidence, far).isWithinRounding()).isFalse();
        Evidence none = new Evidence(List.of(replica(42, 6, -0.26)));
        assertThat(new Line().judge(evidence, none).measured().rounding())
                .as("nothing is known of seed 137")
                .isEmpty();
        assertThat(new Line()
                        .with("AGGREGATE", "mean")
                        .judge(evidence, near)
                        .measured()
                        .rounding())
                .isEmpty();
        assertThat(new Line().with("SEEDS", "42").judge(evidence, near).isWithinRounding())
                .as("it agrees as it is")
                .isFalse();
    }

    /** A published number of seeds 42 and 137 whose cells can be replaced. */
    private record Line(String text) {
        Line() {
            this(LINE);
        }

        Line with(String name, String cell) {
            return new Line(text.replace(name, cell));
        }

        JudgedNumber judge(Evidence evidence) {
            return judge(evidence, new Evidence(List.of()));
        }

        JudgedNumber judge(Evidence evidence, Evidence replicas) {
            String line = with("PUBLISHED", "-0.3")
                    .with("FOR", "")
                    .with("RERUN", "-0.5")
                    .with("WEAK", "")
                    .with("SEEDS", "42 137")
                    .with("AGGREGATE", "each")
                    .with("REASON", "")
                    .text();
            PublishedNumber number = PublishedNumbers.parse(String.join(",", PublishedNumber.COLUMNS) + "\n" + line)
                    .getFirst();
            return JudgedNumber.of(number, Measured.of(number, evidence, replicas));
        }
    }

    private SubjectRun replica(long seed, int number, double value) {
        return new SubjectRun(
                DYCK,
                seed,
                "dyck",
                SampleEvidence.SCALE,
                Map.of("ablation", SampleFindings.write(folder.resolve("replica" + number + ".json"), 500, value)),
                Map.of());
    }

    private Evidence evidence(double first, double second) {
        return new Evidence(List.of(seed(42, first), seed(137, second)));
    }

    private SubjectRun seed(long seed, double value) {
        return new SubjectRun(
                DYCK,
                seed,
                "dyck",
                SampleEvidence.SCALE,
                Map.of("ablation", SampleFindings.write(folder.resolve(seed + "p.json"), 500, value)),
                Map.of("ablation", SampleFindings.write(folder.resolve(seed + "d.json"), 700, 2 * value)));
    }
}
