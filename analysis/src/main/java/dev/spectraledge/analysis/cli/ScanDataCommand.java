package dev.spectraledge.analysis.cli;

import dev.spectraledge.trainer.io.AtomicFile;
import dev.spectraledge.trainer.task.scan.ScanLanguage;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code sedge data scan}. */
@Command(
        name = "scan",
        description =
                "Writes all 20,910 SCAN commands with their action sequences, as sorted lines 'IN: … " + "OUT: …'.",
        footer = {"", "Example:", "  sedge data scan --out scan.txt"},
        mixinStandardHelpOptions = true)
final class ScanDataCommand implements Callable<Integer> {
    @ParentCommand
    private DataCommand data;

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "FILE",
            description = "Output file.")
    private Path out;

    @Override
    public Integer call() {
        AtomicFile.write(
                out,
                ScanLanguage.sorted().stream()
                        .map(example -> example.line() + "\n")
                        .collect(Collectors.joining()));
        data.sedge().console().out().println(out);
        return Sedge.OK;
    }
}
