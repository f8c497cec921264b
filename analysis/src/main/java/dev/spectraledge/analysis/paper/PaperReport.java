package dev.spectraledge.analysis.paper;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.io.RegularFile;
import dev.spectraledge.trainer.sweep.SweepPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What has come of a reproduction: a page for people, its first screen as Markdown, and a table for programs. */
public final class PaperReport {
    private final Reproduction reproduction;
    private final Path directory;

    private PaperReport(Reproduction reproduction, Path directory) {
        this.reproduction = reproduction;
        this.directory = directory;
    }

    /**
     * Of what has been found on runs.
     *
     * @param replicas runs that differ from those of the plan by rounding alone; empty if there are none
     */
    public static PaperReport of(Paper paper, SweepPlan plan, Optional<SweepPlan> replicas, Extent extent) {
        return new PaperReport(Reproduction.of(paper, plan, replicas, extent), plan.root());
    }

    /**
     * Of the measurements in an earlier table, judged again by the tolerances of today.
     *
     * @param directory where the report goes
     * @throws RunException if the table cannot be read, or holds what is no number of the paper
     */
    public static PaperReport judgedAgain(Paper paper, Path table, Path directory) {
        Reproduction reproduction = Reproduction.ofTable(paper, text(table), table.toString());
        try {
            Files.createDirectories(directory);
        } catch (IOException failure) {
            throw RunException.of("cannot create", directory, failure);
        }
        return new PaperReport(reproduction, directory);
    }

    private static String text(Path table) {
        try {
            return RegularFile.text(table, RegularFile.LONGEST_TEXT);
        } catch (IOException failure) {
            throw RunException.of("cannot read", table, failure);
        }
    }

    /** File name of a paper's table. */
    static String table(Paper paper) {
        return paper.key() + ".csv";
    }

    /** Writes all three; returns the page. */
    public Path write() {
        Paper paper = reproduction.paper();
        AtomicFile.write(directory.resolve(table(paper)), NumberTable.text(reproduction.numbers()));
        AtomicFile.write(
                directory.resolve(paper.key() + ".md"),
                "# " + paper.title() + "\n\n" + String.join("\n\n", summary()) + "\n"
                        + (reproduction.claims().isEmpty() ? "" : "\n" + ClaimTable.markdown(reproduction.claims())));
        Path page = directory.resolve(paper.key() + ".html");
        AtomicFile.write(page, new PaperPage(reproduction, directory).html());
        return page;
    }

    /** A few lines for people. */
    public List<String> summary() {
        return reproduction.summary();
    }
}
