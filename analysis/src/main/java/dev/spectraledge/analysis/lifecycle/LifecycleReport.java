package dev.spectraledge.analysis.lifecycle;

import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What has come of the reproduction: a page for people and a table for programs, from the findings that are there. */
public final class LifecycleReport {
    /** The page. */
    public static final String PAGE = "lifecycle.html";

    /** The table. */
    public static final String TABLE = "lifecycle.csv";

    private final SweepPlan plan;
    private final LifecycleExtent extent;
    private final Evidence evidence;
    private final List<JudgedNumber> numbers;

    private LifecycleReport(SweepPlan plan, LifecycleExtent extent, Evidence evidence, Evidence replicas) {
        this.plan = plan;
        this.extent = extent;
        this.evidence = evidence;
        List<String> trained = tasks(plan);
        numbers = PublishedNumbers.read().stream()
                .filter(number -> trained.contains(number.task()))
                .map(number -> JudgedNumber.of(number, evidence, replicas))
                .toList();
    }

    /**
     * Of what has been found.
     *
     * @param replicas runs that differ from those of the plan by rounding alone; empty if there are none
     */
    public static LifecycleReport of(SweepPlan plan, Optional<SweepPlan> replicas, LifecycleExtent extent) {
        Evidence none = new Evidence(List.of());
        return new LifecycleReport(
                plan, extent, Evidence.read(plan), replicas.map(Evidence::read).orElse(none));
    }

    /** Names of the tasks of a plan, each once. */
    static List<String> tasks(SweepPlan plan) {
        return plan.runs().stream()
                .map(run -> run.config().task().name())
                .distinct()
                .toList();
    }

    /** Writes both; returns the page. */
    public Path write() {
        AtomicFile.write(plan.root().resolve(TABLE), NumberTable.text(numbers));
        Path page = plan.root().resolve(PAGE);
        AtomicFile.write(page, new LifecyclePage(plan, extent, evidence, numbers).html());
        return page;
    }

    /** A few lines for people. */
    public List<String> summary() {
        return List.of(count(Verdict.REPRODUCED) + " of " + numbers.size() + " published numbers reproduced, "
                + count(Verdict.NOT_REPRODUCED) + " not, " + count(Verdict.NOT_TESTABLE) + " not testable");
    }

    private long count(Verdict verdict) {
        return numbers.stream().filter(number -> number.verdict() == verdict).count();
    }
}
