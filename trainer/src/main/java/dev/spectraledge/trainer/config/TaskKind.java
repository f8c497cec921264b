package dev.spectraledge.trainer.config;

import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.io.NearestName;
import dev.spectraledge.trainer.io.Printable;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The tasks that can be configured. A new task is a record of its keys, a line here, and a folder of that name in the
 * resources with {@code default.yaml}, which gives every key of the whole configuration its value, and one file per
 * preset. A preset may have a companion {@code <preset>-control.yaml} that applies on top when the weight decay is zero.
 */
enum TaskKind {
    DYCK(DyckConfig.class, "paper"),
    MODULAR(ModularConfig.class, "paper slow"),
    SCAN(ScanConfig.class, "paper");

    private final Class<? extends TaskConfig> configType;
    private final String presets;

    /** Makes a task with the names of its presets, separated by spaces. */
    TaskKind(Class<? extends TaskConfig> configType, String presets) {
        this.configType = configType;
        this.presets = presets;
    }

    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    Class<? extends TaskConfig> configType() {
        return configType;
    }

    List<String> presets() {
        return List.of(presets.split(" "));
    }

    static TaskKind of(String source, Object name) {
        List<String> names = Arrays.stream(values()).map(TaskKind::key).toList();
        int index = names.indexOf(String.valueOf(name));
        if (index < 0) {
            throw new UsageException(source + ": unknown task '" + Printable.value(name) + "'"
                    + NearestName.hint(String.valueOf(name), names) + " (tasks: " + String.join(", ", names) + ")");
        }
        return values()[index];
    }
}
