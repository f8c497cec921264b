package dev.spectraledge.trainer.config;

import dev.spectraledge.trainer.io.NearestName;
import dev.spectraledge.trainer.key.AlsoCalled;
import dev.spectraledge.trainer.task.Task;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Finds the key that somebody probably meant whose key does not exist: one that is written otherwise ({@code
 * learning_rate}), by its initials ({@code wd}), by the name that other programs have for it ({@code lr}), with a slip of
 * the fingers, or without its group or in a wrong one.
 */
public final class KeyHint {
    /** Every key of a configuration, group by group. */
    private final List<Key> keys = new ArrayList<>();

    private record Key(String path, RecordComponent component) {
        String full() {
            return path.isEmpty() ? component.getName() : path + "." + component.getName();
        }

        /** Whether this is the key's own name, but for its spelling, or another one that it has. */
        boolean isCalled(String name) {
            AlsoCalled others = component.getAnnotation(AlsoCalled.class);
            String own = component.getName();
            return plain(own).equals(plain(name))
                    || initials(own).equals(name.toLowerCase(Locale.ROOT))
                    || (others != null
                            && Arrays.stream(others.value())
                                    .anyMatch(other -> plain(other).equals(plain(name))));
        }

        /** As words that are written together; {@code batch_size} and {@code batchSize} are the same. */
        private static String plain(String name) {
            return name.replaceAll("[_-]", "").toLowerCase(Locale.ROOT);
        }

        /** {@code wd} of {@code weightDecay}; nothing of a single word. */
        private static String initials(String name) {
            String others = name.replaceAll("[^A-Z]", "");
            return others.isEmpty() ? "" : (name.charAt(0) + others).toLowerCase(Locale.ROOT);
        }
    }

    /** @param taskTypes whose keys are known */
    KeyHint(Class<?>... taskTypes) {
        add(RunConfig.class, "", taskTypes);
    }

    private void add(Class<?> group, String path, Class<?>... taskTypes) {
        for (RecordComponent component : group.getRecordComponents()) {
            Key key = new Key(path, component);
            Class<?> type = component.getType();
            if (type == Task.class) {
                for (Class<?> taskType : taskTypes) {
                    add(taskType, key.full());
                }
            } else if (type.isRecord() && type != StepOrEvent.class) {
                add(type, key.full());
            } else {
                keys.add(key);
            }
        }
    }

    /** {@code "; did you mean 'training.learningRate'?"}, or nothing if no key of any task resembles {@code name}. */
    public static String anywhere(String name) {
        KeyHint hint = new KeyHint(Tasks.types());
        return called(hint.keys, name)
                .or(() -> nearest(hint.keys, name))
                .map(KeyHint::question)
                .orElse("");
    }

    private static String question(String key) {
        return "; did you mean '" + key + "'?";
    }

    /**
     * {@code "; did you mean 'training.learningRate'?"}, or nothing if no key resembles {@code name}.
     *
     * @param path of the group in which the key was looked for
     * @param allowed the keys of that group
     */
    String in(String path, RecordComponent[] allowed, String name) {
        List<Key> own = Arrays.stream(allowed)
                .map(component -> new Key(path, component))
                .toList();
        return called(own, name)
                .or(() -> nearest(own, name))
                .or(() -> called(keys, name))
                .or(() -> nearest(keys, name))
                .map(KeyHint::question)
                .orElse("");
    }

    private static Optional<String> called(List<Key> among, String name) {
        return among.stream().filter(key -> key.isCalled(name)).findFirst().map(Key::full);
    }

    private static Optional<String> nearest(List<Key> among, String name) {
        List<String> names =
                among.stream().map(key -> key.component().getName()).toList();
        return NearestName.of(name, names)
                .map(nearest -> among.get(names.indexOf(nearest)).full());
    }
}
