package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JudgedNumberTest {
    private static final String LINE = "5.4,edge,at"
            + " grok,-0.3,,S,-0.4,-0.2,LIMITS,dyck,SEEDS,ablation,,accuracy-change,edge,500,AGGREGATE,:shrink,REASON";

    private static final Subject DYCK = new Subject("dyck", "dyck ω=1", "ω = 1", Map.of(), Optional.empty());

    @TempDir
    private Path folder;

    @Test
    void eachSeedHasToLieWithin() {
        Evidence evidence = evidence(-0.25, -0.35);
        JudgedNumber judged = judge("42 137", "each", "", evidence);
        assertThat(judged.verdict()).isEqualTo(Verdict.REPRODUCED);
        assertThat(judged.ours()).containsExactly(-0.25, -0.35);
        assertThat(judged.controlled()).containsExactly(-0.125, -0.175);
        assertThat(judged.detected()).as("at step 700, the detected grok step").containsExactly(-0.5, -0.7);
        assertThat(judge("42 137", "each", "", evidence(-0.25, -0.5)).verdict()).isEqualTo(Verdict.NOT_REPRODUCED);
    }

    @Test
    void aMeanNeedsAllSeeds() {
        assertThat(judge("42 137", "mean", "", evidence(-0.05, -0.45)).ours()).containsExactly(-0.25);
        JudgedNumber incomplete = judge("42 137 2024", "mean", "", evidence(-0.05, -0.45));
        assertThat(incomplete.verdict()).isEqualTo(Verdict.NOT_TESTABLE);
        assertThat(incomplete.reason())
                .isEqualTo("not measured: ablation/published/accuracy-change/edge/500 for seed 2024");
    }

    @Test
    void whatIsNotThereOrCannotBeIsNotTestable() {
        assertThat(judge("42", "each", "", new Evidence(List.of())).reason())
                .isEqualTo("no run of dyck was trained here");
        JudgedNumber unstated = judge("42", "each", "phase not stated", evidence(-0.3, -0.3));
        assertThat(unstated.verdict()).isEqualTo(Verdict.NOT_TESTABLE);
        assertThat(unstated.reason()).isEqualTo("phase not stated");
        JudgedNumber undefined = judge("42", "each", "", evidence(Double.NaN, 0));
        assertThat(undefined.verdict()).isEqualTo(Verdict.NOT_TESTABLE);
        assertThat(undefined.reason())
                .isEqualTo("there is none: ablation/published/accuracy-change/edge/500 for seed 42");
    }

    /** Seed 137 lies outside; whether rounding explains it depends on where its replicas lie. */
    @Test
    void roundingMayExplainWhatLiesOutside() {
        Evidence evidence = evidence(-0.25, -0.5);
        Evidence near = new Evidence(List.of(replica(42, 1, -0.26), replica(137, 2, -0.45), replica(137, 3, -0.38)));
        JudgedNumber explained = judge("42 137", "each", "", evidence, near);
        assertThat(explained.verdict()).isEqualTo(Verdict.NOT_REPRODUCED);
        assertThat(explained.rounding())
                .containsExactly(
                        new RoundingSpread(List.of(-0.25, -0.26)), new RoundingSpread(List.of(-0.5, -0.45, -0.38)));
        assertThat(explained.isWithinRounding()).isTrue();
        Evidence far = new Evidence(List.of(replica(42, 4, -0.26), replica(137, 5, -0.45), replica(137, 7, -0.1)));
        assertThat(judge("42 137", "each", "", evidence, far).isWithinRounding())
                .isFalse();
        Evidence none = new Evidence(List.of(replica(42, 6, -0.26)));
        assertThat(judge("42 137", "each", "", evidence, none).rounding())
                .as("nothing is known of seed 137")
                .isEmpty();
        assertThat(judge("42 137", "mean", "", evidence, near).rounding()).isEmpty();
        assertThat(judge("42", "each", "", evidence, near).isWithinRounding())
                .as("reproduced as it is")
                .isFalse();
    }

    private SubjectRun replica(long seed, int number, double value) {
        return new SubjectRun(
                DYCK,
                seed,
                "dyck",
                Map.of("ablation", SampleFindings.write(folder.resolve("replica" + number + ".json"), 500, value)),
                Map.of());
    }

    private static JudgedNumber judge(String seeds, String aggregate, String reason, Evidence evidence) {
        return judge(seeds, aggregate, reason, evidence, new Evidence(List.of()));
    }

    private static JudgedNumber judge(
            String seeds, String aggregate, String reason, Evidence evidence, Evidence replicas) {
        String line =
                LINE.replace("SEEDS", seeds).replace("AGGREGATE", aggregate).replace("REASON", reason);
        return JudgedNumber.of(
                PublishedNumbers.parse(String.join(",", PublishedNumber.COLUMNS) + "\n" + line)
                        .getFirst(),
                evidence,
                replicas);
    }

    private Evidence evidence(double first, double second) {
        return new Evidence(List.of(seed(42, first), seed(137, second)));
    }

    private SubjectRun seed(long seed, double value) {
        return new SubjectRun(
                DYCK,
                seed,
                "dyck",
                Map.of("ablation", SampleFindings.write(folder.resolve(seed + "p.json"), 500, value)),
                Map.of("ablation", SampleFindings.write(folder.resolve(seed + "d.json"), 700, 2 * value)));
    }
}
