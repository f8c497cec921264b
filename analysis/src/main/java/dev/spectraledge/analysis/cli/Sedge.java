package dev.spectraledge.analysis.cli;

import dev.spectraledge.bindings.JvmOptions;
import dev.spectraledge.bindings.MissingJvmOptionException;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.Printable;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
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
            "  sedge demo             under a minute: a run that generalises, one that spikes",
            "  sedge run dyck         train until balanced parentheses are understood",
            "  sedge run dyck --weight-decay 0 --steps 5000     it only memorises",
            "  sedge report RUN       write the report of a run again",
            "  sedge doctor           what this machine offers, and what is missing",
            "",
            "Every command explains itself with --help. A run is a directory; open its",
            "report.html."
        },
        subcommands = {
            DemoCommand.class,
            RunCommand.class,
            SweepCommand.class,
            AnalyzeCommand.class,
            WatchCommand.class,
            EarlyWarningCommand.class,
            SvdCommand.class,
            ExperimentCommand.class,
            ReproduceCommand.class,
            ReportCommand.class,
            CompareCommand.class,
            ExportCommand.class,
            GenerateCommand.class,
            DataCommand.class,
            DoctorCommand.class,
            CompletionCommand.class
        },
        versionProvider = Version.class,
        mixinStandardHelpOptions = true)
public final class Sedge implements Runnable {
    /** Exit code of a command that did what it was asked for. */
    public static final int OK = 0;

    private static final String DEBUG = "--debug";
    /** What Java says of a write for which there is no reader any more. */
    private static final String BROKEN_PIPE = "Broken pipe";

    private final Console console;
    private final List<String> arguments;

    @Option(names = DEBUG, scope = ScopeType.INHERIT, description = "Show the stack trace of a failure.")
    private boolean debug;

    Sedge(Console console, List<String> arguments) {
        this.console = console;
        this.arguments = arguments;
    }

    /** Runs a command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(execute(Console.ofProcess(), arguments));
    }

    /** Runs a command in this process and returns its exit code. */
    static int execute(Console console, String... arguments) {
        Sedge sedge = new Sedge(console, List.of(arguments));
        CommandLine commandLine = new CommandLine(sedge);
        commandLine.setOut(writer(console.help()));
        commandLine.setErr(writer(console.err()));
        commandLine.setParameterExceptionHandler((exception, given) -> {
            sedge.debug = List.of(given).contains(DEBUG);
            return sedge.fail(UsageMessage.of(exception), exception, UsageException.EXIT_CODE);
        });
        commandLine.setExecutionExceptionHandler((exception, command, parsed) -> sedge.fail(exception));
        try {
            JvmOptions.require();
            return sedge.unlessOutputIsLost(commandLine.execute(arguments));
        } catch (MissingJvmOptionException | OutOfMemoryError | ExceptionInInitializerError failure) {
            return sedge.fail(failure);
        } finally {
            console.flush();
        }
    }

    /**
     * The exit code, if all that was printed has arrived. Whoever closed the pipe that results go to wants no more of them,
     * and need not be told.
     */
    private int unlessOutputIsLost(int exitCode) {
        Optional<IOException> lost = console.lostOutput();
        if (lost.isEmpty() || exitCode != OK) {
            return exitCode;
        }
        if (BROKEN_PIPE.equals(lost.get().getMessage())) {
            debug(lost.get());
            return RunException.EXIT_CODE;
        }
        return fail(
                "cannot write to standard output: " + RunException.reason(lost.get()),
                lost.get(),
                RunException.EXIT_CODE);
    }

    /** The command line as it was typed. */
    List<String> arguments() {
        return arguments;
    }

    /** Without a command: the help. */
    @Override
    public void run() {
        new CommandLine(this).usage(console.help());
    }

    Console console() {
        return console;
    }

    private int fail(Throwable failure) {
        int exitCode = failure instanceof UsageException ? UsageException.EXIT_CODE : RunException.EXIT_CODE;
        return fail(FailureMessage.of(failure), failure, exitCode);
    }

    private int fail(String line, Throwable failure, int exitCode) {
        console.say(shortened(line));
        debug(failure);
        return exitCode;
    }

    /** A message with whatever was typed cut where it quotes more than people can read. */
    private String shortened(String line) {
        String shortened = Printable.line(line);
        for (String argument : arguments) {
            for (String typed : List.of(argument, argument.substring(argument.indexOf('=') + 1))) {
                String quoted = Printable.line(typed);
                if (quoted.length() > Printable.LONGEST_VALUE) {
                    shortened = shortened.replace(quoted, Printable.value(typed));
                }
            }
        }
        return shortened;
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
}
