package dev.spectraledge.analysis.cli;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Json;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code sedge doctor}. */
@Command(
        name = "doctor",
        description = "Shows what this machine offers: Java, CPU, OpenBLAS, measured speed, CUDA, disk space.",
        footer = {"", "Ends with exit code 0 if training works here, and 1 if it does not."},
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {
    private static final int LABEL_WIDTH = 36;

    @ParentCommand
    private Sedge sedge;

    @Option(names = "--json", description = "Print the findings as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        Diagnosis diagnosis = Diagnosis.ofThisMachine();
        if (json) {
            sedge.console().out().print(Json.pretty(diagnosis.findings()));
        } else {
            diagnosis.findings().forEach((section, findings) -> {
                sedge.console().out().println(words(section));
                print((Map<?, ?>) findings, "  ");
            });
        }
        diagnosis.warnings().forEach(sedge.console()::say);
        diagnosis.failure().ifPresent(line -> sedge.console().say("training does not work here: " + line));
        return diagnosis.failure().isPresent() ? RunException.EXIT_CODE : Sedge.OK;
    }

    private void print(Map<?, ?> findings, String indent) {
        findings.forEach((name, value) -> {
            String label = indent + words(name.toString());
            if (value instanceof Map<?, ?> nested) {
                sedge.console().out().println(label);
                print(nested, indent + "  ");
            } else if (value instanceof List<?> list) {
                sedge.console().out().println(label);
                list.forEach(each -> sedge.console().define(indent + " ", 0, String.valueOf(each)));
            } else {
                sedge.console().define(label, LABEL_WIDTH, String.valueOf(value));
            }
        });
    }

    private static String words(String name) {
        return name.replace('_', ' ');
    }
}
