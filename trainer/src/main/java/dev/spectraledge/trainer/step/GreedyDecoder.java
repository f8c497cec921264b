package dev.spectraledge.trainer.step;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.EvaluationSet;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.model.Model;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * Answers to the sources of a data set by models that go on from their own tokens and always choose the most probable one.
 * All positions of an answer are computed at once from a draft, at first the right answer, and what is chosen is the next
 * draft, until nothing changes: a position whose predecessors are settled is settled by the next pass, and what stands in the
 * end is what token by token decoding gives (Jacobi decoding; Song et al. 2021). A right answer takes one pass.
 */
final class GreedyDecoder {
    private final Backend backend;
    private final Model model;
    private final int paddingToken;
    private final int batchRows;
    private final int batchSources;
    private final List<EvaluationSet> data;
    private final int share;
    private final int shares;
    private final PackedBatch batch;
    private final PackedBatch staged;
    private Tensor logits;
    private final MemoryOwner owner;

    /** An answer that is not finished: of each position, the token that is read there. */
    private static final class Draft {
        final long sequence;
        final int multiplicity;
        final int[] tokens;
        int passes;

        Draft(EvaluationSet set, int index) {
            Examples data = set.examples();
            sequence = set.example(index);
            multiplicity = set.multiplicity(index);
            tokens = new int[data.length(sequence)];
            Arrays.setAll(tokens, position -> data.token(sequence, position));
        }
    }

    /**
     * @param model whose run axis has a run for each data set
     * @param data one per run, of which this takes every {@code shares}-th sequence from number {@code share} on
     * @param batchRows rows of one batch at most
     * @param batchSources sequences of one batch at most
     */
    GreedyDecoder(
            Backend backend,
            MemoryOwner owner,
            Model model,
            DType precision,
            List<EvaluationSet> data,
            int share,
            int shares,
            int paddingToken,
            int batchRows,
            int batchSources) {
        this.backend = backend;
        this.owner = owner;
        this.model = model;
        this.data = data;
        this.paddingToken = paddingToken;
        this.batchRows = batchRows;
        this.batchSources = batchSources;
        this.share = share;
        this.shares = shares;
        batch = new PackedBatch(
                backend, owner, precision, data.getFirst().examples().form(), data.size(), batchSources, batchRows);
        staged = batch.onHost(owner);
    }

    /** Adds up what is right in the answers of each run. */
    Decoding[] decode() {
        Decoding[] results = new Decoding[data.size()];
        List<List<Draft>> waiting = new ArrayList<>();
        for (int run = 0; run < results.length; run++) {
            results[run] = new Decoding();
            EvaluationSet own = data.get(run);
            List<Draft> drafts = new ArrayList<>();
            for (int index : own.every(share, shares)) {
                drafts.add(new Draft(own, index));
            }
            waiting.add(drafts);
        }
        while (waiting.stream().anyMatch(drafts -> !drafts.isEmpty())) {
            pass(waiting, results);
        }
        return results;
    }

    /** Computes one batch of every run, takes out what is finished and brings the other drafts on. */
    private void pass(List<List<Draft>> waiting, Decoding[] results) {
        staged.clear();
        int[] taken = new int[waiting.size()];
        for (int run = 0; run < taken.length; run++) {
            taken[run] = append(run, waiting.get(run));
        }
        staged.copyRows(backend, batch);
        Tensor computed = model.forward(batch);
        if (logits == null) {
            logits = Tensor.allocate(owner, computed.type(), computed.shape());
        }
        backend.copy(computed, logits);
        for (int run = 0; run < taken.length; run++) {
            Iterator<Draft> drafts = waiting.get(run).iterator();
            for (int index = 0; index < taken[run]; index++) {
                Draft draft = drafts.next();
                int[] chosen = chosen(run, batch.sequences().begin(run, index), draft.tokens.length);
                if (isFinished(run, draft, chosen)) {
                    results[run].add(data.get(run).examples(), draft.sequence, chosen, draft.multiplicity);
                    drafts.remove();
                } else {
                    System.arraycopy(chosen, 0, draft.tokens, 1, chosen.length - 1);
                }
            }
        }
    }

    /** As many as there is room for, and how many these are. */
    private int append(int run, List<Draft> drafts) {
        Examples own = data.get(run).examples();
        int count = 0;
        for (Draft draft : drafts) {
            int begin = staged.sequences().rows(run);
            if (count == batchSources || begin + draft.tokens.length > batchRows) {
                return count;
            }
            staged.append(run, own, draft.sequence, 0, paddingToken, 0);
            staged.setTokens(run, begin, own, draft.tokens);
            count++;
        }
        return count;
    }

    private int[] chosen(int run, int firstRow, int length) {
        int[] chosen = new int[length];
        for (int position = 0; position < length; position++) {
            Tensor row = logits.at(run).at(firstRow + position);
            for (int token = 1; token < row.size(0); token++) {
                chosen[position] = row.get(token) > row.get(chosen[position]) ? token : chosen[position];
            }
        }
        return chosen;
    }

    /** Whether every chosen token up to the answer's own end is the one that was read behind it, as after enough passes. */
    private boolean isFinished(int run, Draft draft, int[] chosen) {
        draft.passes++;
        if (draft.passes == chosen.length) {
            return true;
        }
        int end = Decoding.end(data.get(run).examples(), draft.sequence);
        for (int position = 0; position + 1 < chosen.length && chosen[position] != end; position++) {
            if (draft.tokens[position + 1] != chosen[position]) {
                return false;
            }
        }
        return true;
    }
}
