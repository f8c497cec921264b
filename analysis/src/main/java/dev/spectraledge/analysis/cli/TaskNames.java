package dev.spectraledge.analysis.cli;

import dev.spectraledge.trainer.config.Tasks;
import java.util.Iterator;

/** The tasks, for help texts and completion. */
final class TaskNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
        return Tasks.names().iterator();
    }
}
