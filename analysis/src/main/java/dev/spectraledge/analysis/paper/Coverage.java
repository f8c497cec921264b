package dev.spectraledge.analysis.paper;

import dev.spectraledge.analysis.report.HtmlPage;
import dev.spectraledge.analysis.report.Markup;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a page is made of and what it lacks, cell by cell: runs of the whole matrix, and experiments on the runs that are there. */
final class Coverage {
    private final Paper paper;
    private final Evidence evidence;

    Coverage(Paper paper, Evidence evidence) {
        this.paper = paper;
        this.evidence = evidence;
    }

    /** Runs of the paper's largest scale on which nothing was found, as {@code add 42 137}, by subject. */
    List<String> missingRuns() {
        String whole = paper.scales().getLast();
        Map<String, Set<Long>> missing = new LinkedHashMap<>();
        for (Part part : paper.parts()) {
            for (Subject subject : part.subjects()) {
                for (long seed : part.seeds().getOrDefault(whole, List.of())) {
                    if (evidence.run(subject.name(), seed).isEmpty()) {
                        missing.computeIfAbsent(subject.name(), name -> new LinkedHashSet<>())
                                .add(seed);
                    }
                }
            }
        }
        return listed(missing);
    }

    /** Runs that an experiment was to be made on, and was not. */
    List<String> missingRuns(String experiment) {
        Map<String, Set<Long>> missing = new LinkedHashMap<>();
        Set<Subject> seen = new HashSet<>();
        for (SubjectRun run : evidence.runs()) {
            boolean isFirst = seen.add(run.subject());
            if (paper.suite().asks(experiment, run.subject(), isFirst)
                    && run.findings(experiment).isEmpty()) {
                missing.computeIfAbsent(run.subject().name(), name -> new LinkedHashSet<>())
                        .add(run.seed());
            }
        }
        return listed(missing);
    }

    private static List<String> listed(Map<String, Set<Long>> missing) {
        return missing.entrySet().stream()
                .map(entry -> entry.getKey() + " "
                        + entry.getValue().stream().map(String::valueOf).collect(Collectors.joining(" ")))
                .toList();
    }

    private long made(String experiment) {
        return evidence.runs().stream()
                .filter(run -> run.findings(experiment).isPresent())
                .count();
    }

    /** A table of the experiments, and the runs that are missing; nothing of a paper that says nothing of its experiments. */
    void write(Markup page) {
        if (paper.suite().experiments().isEmpty()) {
            return;
        }
        List<String> runs = missingRuns();
        page.leaf(
                "p",
                runs.isEmpty()
                        ? "Something was measured on every run of the paper."
                        : "Runs of the paper on which nothing was measured here, with their seeds: "
                                + String.join(", ", runs) + ".",
                "class",
                "note");
        paper.absent().forEach((run, reason) -> page.leaf("p", run + ": " + reason + ".", "class", "note"));
        page.open("details").leaf("summary", "Experiments, and the runs on which they were not performed");
        HtmlPage.startWide(page, "Experiments by run").open("table", "class", "numbers runs judged");
        HtmlPage.startBody(
                page,
                List.of("experiment", "runs", "not performed on: does not apply, or the run lacks what it needs"));
        for (String experiment : paper.suite().experiments()) {
            List<String> missing = missingRuns(experiment);
            page.open("tr").leaf("td", experiment).leaf("td", String.valueOf(made(experiment)));
            page.leaf("td", missing.isEmpty() ? "–" : String.join(", ", missing))
                    .close();
        }
        page.close().close().close().close();
    }
}
