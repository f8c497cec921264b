package dev.spectraledge.analysis.cli;

import dev.spectraledge.trainer.io.Printable;
import java.io.PrintStream;

/**
 * Where a command writes.
 *
 * @param out results, for people and programs
 * @param err progress, warnings and failures
 */
record Console(PrintStream out, PrintStream err) {
    void flush() {
        out.flush();
        err.flush();
    }

    /** One line of talk. */
    void say(String line) {
        err.println("sedge: " + Printable.line(line));
    }
}
