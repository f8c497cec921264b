package dev.spectraledge.analysis.cli;

import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/**
 * The command line. Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 could not be
 * done, 2 not understood, 75 and 130 stopped by a signal and ready to be resumed; failures are one line, and {@code
 * --debug} adds the stack trace.
 */
@Command(
        name = "sedge",
        description = {"Trains transformers from scratch and watches the spectral edge of training at every step.", ""},
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Start here:",
            "  sedge run dyck                 train until balanced parentheses are understood, then write a report",
            "  sedge run dyck --weight-decay 0 --steps 5000     the same without weight decay: it only memorises",
            "  sedge report runs/NAME         write the report of a run again",
            "  sedge doctor                   what this machine offers, and what is missing",
            "",
            "Every command explains itself with --help. A run is a directory; open its report.html."
        },
        subcommands = {
            RunCommand.class,
            SweepCommand.class,
            AnalyzeCommand.class,
            ExperimentCommand.class,
            ReproduceCommand.class,
            ReportCommand.class,
            ExportCommand.class,
            DataCommand.class,
            DoctorCommand.class
        },
        versionProvider = Version.class,
        mixinStandardHelpOptions = true,
        usageHelpWidth = 100)
public final class Sedge implements Runnable {
    /** Exit code of a command that did what it was asked for. */
    public static final int OK = 0;

    private static final String DEBUG = "--debug";

    private final Console console;
    private final List<String> arguments;

    @Option(
            names = DEBUG,
            scope = ScopeType.INHERIT,
            description = "Show where in the program a failure happened (the stack trace).")
    private boolean debug;

    Sedge(Console console, List<String> arguments) {
        this.console = console;
        this.arguments = arguments;
    }

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        Console console = new Console(utf8(FileDescriptor.out), utf8(FileDescriptor.err));
        System.exit(execute(console, arguments));
    }

    /** Runs a command in this process and returns its exit code. */
    static int execute(Console console, String... arguments) {
        Sedge sedge = new Sedge(console, List.of(arguments));
        CommandLine commandLine = new CommandLine(sedge);
        commandLine.setOut(writer(console.out()));
        commandLine.setErr(writer(console.err()));
        commandLine.setParameterExceptionHandler((exception, given) -> {
            sedge.debug = List.of(given).contains(DEBUG);
            return sedge.fail(UsageMessage.of(exception), exception, UsageException.EXIT_CODE);
        });
        commandLine.setExecutionExceptionHandler((exception, command, parsed) -> sedge.fail(exception));
        try {
            return commandLine.execute(arguments);
        } catch (OutOfMemoryError | ExceptionInInitializerError failure) {
            return sedge.fail(failure);
        } finally {
            console.flush();
        }
    }

    /** The command line as it was typed. */
    List<String> arguments() {
        return arguments;
    }

    /** Without a command: the help. */
    @Override
    public void run() {
        new CommandLine(this).usage(console.out());
    }

    Console console() {
        return console;
    }

    private int fail(Throwable failure) {
        int exitCode = failure instanceof UsageException ? UsageException.EXIT_CODE : RunException.EXIT_CODE;
        return fail(FailureMessage.of(failure), failure, exitCode);
    }

    private int fail(String line, Throwable failure, int exitCode) {
        console.say(line);
        debug(failure);
        return exitCode;
    }

    /** Shows where a failure happened that has been told already, if that is wanted. */
    void debug(Throwable failure) {
        if (debug) {
            failure.printStackTrace(console.err());
        }
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    private static PrintStream utf8(FileDescriptor descriptor) {
        return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }
}
