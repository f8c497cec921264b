package dev.spectraledge.trainer.task.scan;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.data.LabelledSequences;
import dev.spectraledge.trainer.io.Printable;
import java.util.List;
import java.util.Optional;

/**
 * SCAN as numbers: the ids of the published experiments (Lifecycle §1.2), who number words in the order in which the simple
 * split's files mention them. The decoder reads the start and then the actions; its targets are the actions and then the
 * end.
 */
public final class ScanTokens {
    /** Ids of both vocabularies. */
    public static final int PADDING = 0;

    static final int START = 1;
    static final int END = 2;

    private static final int IGNORED = -100;
    /** Ids that are no words. */
    private static final int SPECIAL = 3;

    private static final List<String> COMMAND_WORDS = List.of(
            "jump",
            "opposite",
            "right",
            "twice",
            "and",
            "turn",
            "thrice",
            "run",
            "left",
            "after",
            "walk",
            "around",
            "look");
    private static final List<String> ACTION_WORDS =
            List.of("I_TURN_RIGHT", "I_JUMP", "I_WALK", "I_TURN_LEFT", "I_RUN", "I_LOOK");

    /** Number of ids of the commands. */
    public static final int COMMANDS = SPECIAL + COMMAND_WORDS.size();

    /** Number of ids of the actions. */
    public static final int ACTIONS = SPECIAL + ACTION_WORDS.size();

    private ScanTokens() {}

    /**
     * A data set of examples.
     *
     * @param owner of its memory
     * @param name for messages
     * @param commandLength positions of the commands
     * @param contextLength positions of the actions with their start or end
     * @param paddingSeen whether the decoder sees the padding behind the commands
     */
    static LabelledSequences dataset(
            MemoryOwner owner,
            String name,
            List<ScanLanguage.Example> examples,
            int commandLength,
            int contextLength,
            boolean paddingSeen) {
        try (MemoryOwner scratch = MemoryOwner.open("scan data")) {
            Tensor commands = Tensor.allocate(scratch, DType.INT32, examples.size(), commandLength);
            Tensor tokens = Tensor.allocate(scratch, DType.INT32, examples.size(), contextLength);
            Tensor targets = Tensor.allocate(scratch, DType.INT32, examples.size(), contextLength);
            for (int row = 0; row < examples.size(); row++) {
                ScanLanguage.Example example = examples.get(row);
                int actions = example.actions().size();
                if (example.command().size() > commandLength || actions + 1 > contextLength) {
                    throw new RunException(
                            "data set '" + name + "': '" + Printable.value(example.line()) + "' is longer than "
                                    + commandLength + " words (task.commandLength) or, with its end, " + contextLength
                                    + " actions (task.contextLength)");
                }
                for (int position = 0; position < example.command().size(); position++) {
                    commands.set(id(COMMAND_WORDS, example.command().get(position)), row, position);
                }
                tokens.set(START, row, 0);
                for (int position = 0; position < contextLength; position++) {
                    int action = position < actions
                            ? id(ACTION_WORDS, example.actions().get(position))
                            : position == actions ? END : IGNORED;
                    targets.set(action, row, position);
                    if (position < actions) {
                        tokens.set(action, row, position + 1);
                    }
                }
            }
            return dataset(owner, name, commands, tokens, targets, paddingSeen);
        }
    }

    /** A data set of ids; {@code tokens} are what the decoder reads. */
    public static LabelledSequences dataset(
            MemoryOwner owner, String name, Tensor commands, Tensor tokens, Tensor targets, boolean paddingSeen) {
        return LabelledSequences.ofAnswers(
                owner, name, commands, COMMANDS, PADDING, paddingSeen, tokens, targets, ACTIONS, ACTIONS);
    }

    /** What an id of the commands stands for; empty for the padding and other ids that are no words. */
    public static Optional<String> commandWord(int id) {
        int index = id - SPECIAL;
        return index >= 0 && index < COMMAND_WORDS.size() ? Optional.of(COMMAND_WORDS.get(index)) : Optional.empty();
    }

    static boolean isCommandWord(String word) {
        return COMMAND_WORDS.contains(word);
    }

    static boolean isAction(String word) {
        return ACTION_WORDS.contains(word);
    }

    private static int id(List<String> words, String word) {
        int index = words.indexOf(word);
        if (index < 0) {
            throw new IllegalArgumentException("'" + word + "' is not a SCAN word (" + String.join(", ", words) + ")");
        }
        return SPECIAL + index;
    }
}
