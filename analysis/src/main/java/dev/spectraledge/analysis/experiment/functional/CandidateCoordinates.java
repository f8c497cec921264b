package dev.spectraledge.analysis.experiment.functional;

import dev.spectraledge.analysis.experiment.HiddenStates;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.task.dyck.DyckLanguage;
import java.util.List;
import java.util.function.IntBinaryOperator;

/** Candidate coordinates of the inputs of each task (ours), those that the task asks for among many others. */
final class CandidateCoordinates {
    private CandidateCoordinates() {}

    /**
     * Of brackets, all of which follow from the tokens: depth, position, token, number of opening and of closing brackets,
     * brackets to come, greatest depth so far, token before, parity of the position, brackets since depth 0.
     */
    static List<Candidate> ofBrackets(HiddenStates states) {
        int rows = states.rows();
        int[] depth = new int[rows];
        int[] opens = new int[rows];
        int[] deepest = new int[rows];
        int[] before = new int[rows];
        int[] since = new int[rows];
        int[] remaining = new int[rows];
        for (int row = 0; row < rows; row++) {
            boolean first = row == 0 || states.sequence()[row] != states.sequence()[row - 1];
            boolean open = states.token()[row] == DyckLanguage.OPEN;
            depth[row] = (first ? 0 : depth[row - 1]) + (open ? 1 : -1);
            opens[row] = (first ? 0 : opens[row - 1]) + (open ? 1 : 0);
            deepest[row] = Math.max(first ? 0 : deepest[row - 1], depth[row]);
            before[row] = first ? -1 : states.token()[row - 1];
            since[row] = depth[row] == 0 ? 0 : (first ? 0 : since[row - 1]) + 1;
        }
        for (int row = rows - 1; row >= 0; row--) {
            boolean last = row == rows - 1 || states.sequence()[row] != states.sequence()[row + 1];
            remaining[row] = last ? 0 : remaining[row + 1] + 1;
        }
        int[] position = states.position();
        int[] closes = new int[rows];
        int[] parity = new int[rows];
        for (int row = 0; row < rows; row++) {
            closes[row] = position[row] + 1 - opens[row];
            parity[row] = position[row] % 2;
        }
        return List.of(
                new Candidate("position", position),
                new Candidate("token", states.token()),
                new Candidate("opening brackets", opens),
                new Candidate("closing brackets", closes),
                new Candidate("depth", depth),
                new Candidate("brackets to come", remaining),
                new Candidate("greatest depth", deepest),
                new Candidate("token before", before),
                new Candidate("parity of position", parity),
                new Candidate("brackets since depth 0", since));
    }

    /** Of the answers to commands: position, action before, and the action that is to be predicted. */
    static List<Candidate> ofAnswers(HiddenStates states) {
        return List.of(
                new Candidate("position", states.position()),
                new Candidate("action before", states.token()),
                new Candidate("action to predict", states.target()));
    }

    /**
     * Of pairs of residues modulo p, as many combinations of them, a row for each sequence. Not among them is the sum as an
     * integer: it refines (a + b) mod p by the carry, and would stand before it wherever a response depends on both.
     */
    static List<Candidate> ofResidues(Examples data, int prime) {
        return List.of(
                residues("a", data, (a, b) -> a),
                residues("b", data, (a, b) -> b),
                residues("(a + 2b) mod p", data, (a, b) -> Math.floorMod(a + 2 * b, prime)),
                residues("(2a + b) mod p", data, (a, b) -> Math.floorMod(2 * a + b, prime)),
                residues("(a - b) mod p", data, (a, b) -> Math.floorMod(a - b, prime)),
                residues("(a + b) mod p", data, (a, b) -> Math.floorMod(a + b, prime)),
                residues("(a * b) mod p", data, (a, b) -> Math.floorMod(a * b, prime)),
                residues("(a^2 + b^2) mod p", data, (a, b) -> Math.floorMod(a * a + b * b, prime)),
                residues("|a - b|", data, (a, b) -> Math.abs(a - b)),
                residues("max(a, b)", data, Math::max),
                residues("min(a, b)", data, Math::min));
    }

    private static Candidate residues(String name, Examples data, IntBinaryOperator operator) {
        int[] groups = new int[Math.toIntExact(data.size())];
        for (int sequence = 0; sequence < groups.length; sequence++) {
            groups[sequence] = operator.applyAsInt(data.token(sequence, 0), data.token(sequence, 1));
        }
        return new Candidate(name, groups);
    }
}
