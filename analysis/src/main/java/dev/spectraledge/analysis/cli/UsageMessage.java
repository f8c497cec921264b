package dev.spectraledge.analysis.cli;

import dev.spectraledge.trainer.io.NearestName;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says in one line what is wrong with a command line, and what was probably meant. */
final class UsageMessage {
    private UsageMessage() {}

    static String of(ParameterException exception) {
        CommandLine command = exception.getCommandLine();
        return switch (exception) {
            case UnmatchedArgumentException unmatched ->
                unmatched(unmatched.getUnmatched().getFirst(), command);
            case MissingParameterException missing -> withoutFullStop(missing.getMessage()) + "; see " + help(command);
            default -> withoutFullStop(exception.getMessage());
        };
    }

    private static String unmatched(String argument, CommandLine command) {
        if (argument.startsWith("-")) {
            String name = argument.replaceFirst("=.*", "");
            return "unknown option " + name + NearestName.hint(name, options(command)) + "; see " + help(command);
        }
        if (!command.getSubcommands().isEmpty()) {
            return "unknown command '" + argument + "'"
                    + NearestName.hint(argument, command.getSubcommands().keySet()) + "; see " + help(command);
        }
        return "unexpected argument '" + argument + "'; see " + help(command);
    }

    private static List<String> options(CommandLine command) {
        List<String> names = new ArrayList<>();
        command.getCommandSpec().options().forEach(option -> names.addAll(List.of(option.names())));
        return names;
    }

    private static String help(CommandLine command) {
        return command.getCommandSpec().qualifiedName() + " --help";
    }

    private static String withoutFullStop(String message) {
        return message.replaceFirst("\\.$", "");
    }
}
