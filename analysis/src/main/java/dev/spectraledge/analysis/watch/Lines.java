package dev.spectraledge.analysis.watch;

import dev.spectraledge.trainer.io.EventLog;
import dev.spectraledge.trainer.io.Printable;
import java.util.Locale;

/** How news is worded. */
final class Lines {
    private Lines() {}

    /** An event, with its detail if it has one. */
    static String of(EventLog.Event event) {
        String detail = event.detail().isEmpty() ? "" : ": " + event.detail();
        return String.format(Locale.ROOT, "step %,d  %s", event.step(), Printable.line(event.name() + detail));
    }

    /** A number, or a dash where there is none. */
    static String number(String format, double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value);
    }
}
