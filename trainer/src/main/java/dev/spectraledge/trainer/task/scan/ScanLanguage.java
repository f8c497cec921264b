package dev.spectraledge.trainer.task.scan;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * SCAN (Lake and Baroni 2018): commands in a small fragment of English and the actions that they mean.
 *
 * <pre>
 * C → S | S and S | S after S          "x after y" does y first
 * S → V | V twice | V thrice
 * V → U | D | D₁ opposite D₂ | D₁ around D₂    of "U left", "U right", "turn left", "turn right"
 * U → walk | look | run | jump
 * </pre>
 *
 * <p>To the left means to turn and then act; opposite to turn twice before; around to turn and act four times.
 */
public final class ScanLanguage {
    private static final List<String> PRIMITIVES = List.of("walk", "look", "run", "jump");
    private static final List<String> DIRECTIONS = List.of("left", "right");
    private static final int QUARTERS_OF_A_TURN = 4;

    private ScanLanguage() {}

    /**
     * A command and what it means.
     *
     * @param command words
     * @param actions what they mean, in order
     */
    public record Example(List<String> command, List<String> actions) {
        public Example {
            command = List.copyOf(command);
            actions = List.copyOf(actions);
        }

        /** The line of the published files, without its end. */
        public String line() {
            return "IN: " + String.join(" ", command) + " OUT: " + String.join(" ", actions);
        }
    }

    /** All 20,910 commands, in the order of the grammar. */
    public static List<Example> examples() {
        List<Example> clauses = clauses();
        List<Example> examples = new ArrayList<>(clauses);
        for (Example first : clauses) {
            for (Example second : clauses) {
                examples.add(new Example(
                        concatenate(List.of(first.command, List.of("and"), second.command)),
                        join(first.actions, second.actions)));
                examples.add(new Example(
                        concatenate(List.of(first.command, List.of("after"), second.command)),
                        join(second.actions, first.actions)));
            }
        }
        return examples;
    }

    /** All commands, in the order of their lines. */
    public static List<Example> sorted() {
        return examples().stream().sorted(Comparator.comparing(Example::line)).toList();
    }

    /** S: verb phrases, done once, twice or thrice. */
    private static List<Example> clauses() {
        List<Example> clauses = new ArrayList<>();
        for (Example verb : verbs()) {
            clauses.add(verb);
            clauses.add(new Example(join(verb.command, List.of("twice")), times(2, verb.actions)));
            clauses.add(new Example(join(verb.command, List.of("thrice")), times(3, verb.actions)));
        }
        return clauses;
    }

    /** V: a primitive or a turn, where it has a direction with all the ways to go there. */
    private static List<Example> verbs() {
        List<Example> verbs = new ArrayList<>();
        for (String primitive : PRIMITIVES) {
            List<String> action = List.of("I_" + primitive.toUpperCase(Locale.ROOT));
            verbs.add(new Example(List.of(primitive), action));
            addDirected(verbs, primitive, action);
        }
        addDirected(verbs, "turn", List.of());
        return verbs;
    }

    private static void addDirected(List<Example> verbs, String verb, List<String> action) {
        for (String direction : DIRECTIONS) {
            List<String> turn = List.of("I_TURN_" + direction.toUpperCase(Locale.ROOT));
            List<String> once = join(turn, action);
            verbs.add(new Example(List.of(verb, direction), once));
            verbs.add(new Example(List.of(verb, "opposite", direction), join(turn, once)));
            verbs.add(new Example(List.of(verb, "around", direction), times(QUARTERS_OF_A_TURN, once)));
        }
    }

    private static List<String> times(int count, List<String> actions) {
        return concatenate(Collections.nCopies(count, actions));
    }

    private static List<String> join(List<String> first, List<String> second) {
        return concatenate(List.of(first, second));
    }

    private static List<String> concatenate(List<List<String>> parts) {
        return parts.stream().flatMap(List::stream).toList();
    }
}
