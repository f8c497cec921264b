package dev.spectraledge.trainer.config;

import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.NearestName;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.task.Task;
import dev.spectraledge.trainer.task.dyck.DyckTask;
import dev.spectraledge.trainer.task.modular.ModularTask;
import dev.spectraledge.trainer.task.scan.ScanTask;
import dev.spectraledge.trainer.task.text.TextTask;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The tasks that can be configured. A new task is a package of its own with the record of its keys and, in the resources,
 * a folder of that name with {@code default.yaml}, which gives the keys of the task their values and has what differs from
 * {@code base.yaml}, and one file per preset; here it is one line. A preset may have a companion {@code <preset>-control.yaml} that applies on top when the
 * weight decay is zero.
 */
public enum Tasks {
    DYCK(DyckTask.class, "paper"),
    MODULAR(ModularTask.class, "paper slow"),
    SCAN(ScanTask.class, "paper"),
    TEXT(TextTask.class, "nano small medium tinystories-51m pilot-124m gpt2-124m paper");

    private final Class<? extends Task> type;
    private final String presets;

    /** Makes a task with the names of its presets, separated by spaces. */
    Tasks(Class<? extends Task> type, String presets) {
        this.type = type;
        this.presets = presets;
    }

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The record of its keys. */
    Class<? extends Task> type() {
        return type;
    }

    /** Of all tasks. */
    static Class<?>[] types() {
        return Arrays.stream(values()).map(Tasks::type).toArray(Class<?>[]::new);
    }

    List<String> presets() {
        return presets.isEmpty() ? List.of() : List.of(presets.split(" "));
    }

    /** Of all tasks, as {@code task.name} has them. */
    public static List<String> names() {
        return Arrays.stream(values()).map(Tasks::key).toList();
    }

    static Tasks of(String source, Object name) {
        List<String> names = names();
        int index = names.indexOf(String.valueOf(name));
        if (index < 0) {
            throw new UsageException(source + ": unknown task '" + Printable.value(name) + "'"
                    + NearestName.hint(String.valueOf(name), names) + " (tasks: " + String.join(", ", names) + ")");
        }
        return values()[index];
    }
}
