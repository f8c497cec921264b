package dev.spectraledge.kernels;

/**
 * The only seam between kinds of hardware: the operations of a pre-norm transformer, its optimisers and its observers,
 * on tensors of the backend's memory.
 *
 * <p>Conventions. Every tensor has a leading run axis of S models; one call serves all of them. Activations are
 * {@code [S, capacity, width]} with the rows in use given by {@link Rows}; rows beyond are neither read nor written.
 * Weights are stored as PyTorch stores them, {@code [S, out, in]}. All floating-point tensors of a call have one type,
 * FLOAT32 or FLOAT64, except where FLOAT64 is named. In the backward operations gradients of <em>parameters</em> are
 * added to, gradients of <em>activations</em> are overwritten unless the operation says that it adds. Mismatched shapes
 * are refused with an {@link IllegalArgumentException} that names the tensor. A call runs on the calling thread alone
 * and allocates nothing; parallelism is by shards of the batch and by slices of the flat vectors, outside.
 *
 * <p>On a device a call only begins the operation; operations are done in the order of their calls. A number in a tensor
 * (a token, a target) that has to be refused is therefore refused later, at the latest by {@link #synchronize}.
 *
 * <p>Adding an operation: one method here, one implementation per backend, one line in the contract test, one benchmark.
 */
public interface Backend {
    /** Short name for logs: {@code reference}, {@code cpu}, {@code cuda}. */
    String name();

    // ---- memory ----

    /** Zeroed memory of this backend. */
    Tensor allocate(MemoryOwner owner, DType type, long... shape);

    /**
     * Zeroed memory {@code [S, n]} for a flat vector of each run. A backend may leave room between the runs, so that each begins
     * where its memory is read fastest.
     */
    default Tensor allocateVectors(MemoryOwner owner, DType type, long runs, long n) {
        return allocate(owner, type, runs, n);
    }

    /**
     * Copies all elements, converting between FLOAT32 and FLOAT64 where the types differ. A backend of a device also
     * copies from and to tensors of the host, and then waits until that is done.
     */
    void copy(Tensor source, Tensor target);

    /** Sets every element. */
    void fill(Tensor target, double value);

    /** Sets every element of the rows in use of {@code [S, capacity, width]}. */
    void fill(Rows rows, Tensor target, double value);

    /** A host copy of {@code tensor}, which is contiguous, for transfers that nobody waits for. */
    HostMirror mirror(MemoryOwner owner, Tensor tensor);

    // ---- order of execution ----

    /**
     * Whether operations may be under way when their calls have returned. It pays then to record them, and to look at results
     * while others are under way.
     */
    boolean isAsynchronous();

    /** Waits until all operations have been done; throws what they had to refuse after their calls had returned. */
    void synchronize();

    /**
     * Records the calls of {@code operations} without doing them. On a device a replay is one launch of a graph. Do the
     * operations once before, so that everything they need is there; they may neither allocate, wait, nor move anything
     * between host and device. What is data in tensors may change from replay to replay, also the boundaries of sequences
     * ({@link #table}); arguments that are no tensors, and the number of rows of each run, stay as they were recorded.
     */
    Replay record(Runnable operations);

    /**
     * INT32 {@code [S, capacity + 2]}: where the operations of this backend read {@code sequences}, laid out as {@link
     * PackedSequences#table}, and that table itself on the host. A device's is brought up to date when an operation is
     * called after the sequences have changed, but not by a replay, which takes what it finds: {@link #load} another
     * batch into it, or {@link #copy}.
     */
    Tensor table(PackedSequences sequences);

    // ---- rings: tensors of which data says the slot ----

    /**
     * ring[counter mod K] ← source; the ring has the type and the shape of the source behind its first axis, of size K.
     * The counter is FLOAT64 {@code [1]}, a whole number.
     */
    void store(Tensor source, Tensor ring, Tensor counter);

    /** target ← ring[counter mod K], the reverse of {@link #store}. */
    void load(Tensor ring, Tensor counter, Tensor target);

    /** counter ← counter + 1. */
    void increment(Tensor counter);

    /** {@link #load} of several contiguous targets from rings with one number of slots, then {@link #increment}. */
    default void loadNext(Tensor[] rings, Tensor counter, Tensor[] targets) {
        for (int i = 0; i < rings.length; i++) {
            load(rings[i], counter, targets[i]);
        }
        increment(counter);
    }

    /**
     * {@link #store} of a contiguous source, then {@link #increment}, and then 0 to every element of {@code cleared}, which is
     * contiguous, unless it is null.
     */
    default void storeNext(Tensor source, Tensor ring, Tensor counter, Tensor cleared) {
        store(source, ring, counter);
        increment(counter);
        if (cleared != null) {
            fill(cleared, 0);
        }
    }

    // ---- dense algebra ----

    /** C ← α·op(A)·op(B) + β·C for each run; A, B, C are {@code [S, rows, columns]}. C is not read where β = 0. */
    void gemm(boolean transposeA, boolean transposeB, double alpha, Tensor a, Tensor b, double beta, Tensor c);

    /**
     * Y = X·Wᵀ, plus {@code bias} and {@code residual} where they are not null. X is {@code [S, ·, in]}, W {@code [S,
     * out, in]}, the bias {@code [S, out]}, Y and the residual {@code [S, ·, out]}; the residual may be Y itself.
     */
    void linear(Rows rows, Tensor input, Tensor weight, Tensor bias, Tensor residual, Tensor output);

    /**
     * Backward of {@link #linear}: dX = dY·W (skipped where {@code inputGradient} is null), dW += dYᵀ·X, db += column
     * sums of dY (skipped where {@code biasGradient} is null).
     */
    void linearBackward(
            Rows rows,
            Tensor outputGradient,
            Tensor input,
            Tensor weight,
            Tensor inputGradient,
            Tensor weightGradient,
            Tensor biasGradient);

    // ---- embedding ----

    /**
     * Y[r] = tokenTable[tokens[r]] + positionTable[positions[r]]; tokens and positions are INT32 {@code [S, capacity]}.
     * Without positions and their table, which are null together, this gathers rows of any table. Numbers of rows that a
     * table does not have are refused.
     */
    void embedding(Rows rows, Tensor tokens, Tensor positions, Tensor tokenTable, Tensor positionTable, Tensor output);

    /**
     * Backward of {@link #embedding}: adds each row of dY to the table rows that it came from, in row order; to those of the
     * tokens alone where positions and their table are null.
     */
    void embeddingBackward(
            Rows rows,
            Tensor tokens,
            Tensor positions,
            Tensor outputGradient,
            Tensor tokenTableGradient,
            Tensor positionTableGradient);

    // ---- norms, activations, rotary positions ----

    /**
     * Y = (x − mean)/√(variance + ε)·gain + bias over the last axis, biased variance. {@code mean} and {@code
     * inverseDeviation} are {@code [S, capacity]} and keep what the backward needs. Without a bias (null) none is added;
     * without a mean (null) none is subtracted, also in the variance, as {@link #rmsNorm} wants it.
     */
    void layerNorm(
            Rows rows,
            double epsilon,
            Tensor input,
            Tensor gain,
            Tensor bias,
            Tensor output,
            Tensor mean,
            Tensor inverseDeviation);

    /**
     * Backward of {@link #layerNorm}: overwrites dX with the derivative by the input, plus {@code residualGradient} where
     * it is given (the gradient that flows past the norm in the residual stream; it may be dX itself). Adds to the
     * gradients of gain and bias, of which the latter is null where there is no bias.
     */
    void layerNormBackward(
            Rows rows,
            Tensor outputGradient,
            Tensor input,
            Tensor gain,
            Tensor mean,
            Tensor inverseDeviation,
            Tensor residualGradient,
            Tensor inputGradient,
            Tensor gainGradient,
            Tensor biasGradient);

    /** RMS norm (Zhang and Sennrich 2019): Y = x/√(mean of x² + ε)·gain, the {@link #layerNorm} without mean and bias. */
    default void rmsNorm(
            Rows rows, double epsilon, Tensor input, Tensor gain, Tensor output, Tensor inverseRootMeanSquare) {
        layerNorm(rows, epsilon, input, gain, null, output, null, inverseRootMeanSquare);
    }

    /** Backward of {@link #rmsNorm}, as {@link #layerNormBackward}. */
    default void rmsNormBackward(
            Rows rows,
            Tensor outputGradient,
            Tensor input,
            Tensor gain,
            Tensor inverseRootMeanSquare,
            Tensor residualGradient,
            Tensor inputGradient,
            Tensor gainGradient) {
        layerNormBackward(
                rows,
                outputGradient,
                input,
                gain,
                null,
                inverseRootMeanSquare,
                residualGradient,
                inputGradient,
                gainGradient,
                null);
    }

    /** Y = GELU(X). */
    void gelu(Rows rows, Gelu kind, Tensor input, Tensor output);

    /** dX = dY·GELU′(X); dX may be dY itself. */
    void geluBackward(Rows rows, Gelu kind, Tensor outputGradient, Tensor input, Tensor inputGradient);

    /**
     * SwiGLU (Shazeer 2020): Y = SiLU(gate)·up with SiLU(x) = x/(1 + e^{−x}). All are {@code [S, capacity, width]}, gate
     * and up possibly columns of one projection.
     */
    void swiGlu(Rows rows, Tensor gate, Tensor up, Tensor output);

    /**
     * Backward of {@link #swiGlu}: overwrites dgate = dY·up·SiLU′(gate) and dup = dY·SiLU(gate), each of which may be what
     * it is the gradient of.
     */
    void swiGluBackward(
            Rows rows, Tensor outputGradient, Tensor gate, Tensor up, Tensor gateGradient, Tensor upGradient);

    /**
     * Rotary positions (Su et al. 2021): rotates pairs of columns of each head by the angles of the row's position, and
     * copies the columns that do not rotate. X and Y are {@code [S, capacity, heads·headWidth]}, and Y may be X; queries and
     * keys that lie side by side are twice the heads.
     *
     * @param positions INT32 {@code [S, capacity]}; those that the table does not have are refused
     * @param angles of all runs, as {@link RotaryShape#angles} makes them
     */
    void rotary(Rows rows, RotaryShape shape, Tensor positions, Tensor angles, Tensor input, Tensor output);

    /** Backward of {@link #rotary}, which is the rotation back: overwrites dX, which may be dY. */
    void rotaryBackward(
            Rows rows, RotaryShape shape, Tensor positions, Tensor angles, Tensor outputGradient, Tensor inputGradient);

    // ---- attention ----

    /**
     * O = softmax(Q·Kᵀ/√headWidth)·V for each head and each pair of a query sequence and the key sequence of the same
     * index. Q and O have the rows of {@code queries}, K and V those of {@code keys}; all are {@code [S, capacity,
     * width]}, possibly columns of a packed projection. {@code probabilities} is {@code [S, capacity, heads,
     * maxKeys]}: the softmax of each query row, of which only the visible keys are written, which {@link
     * AttentionShape} says; no sequence with queries is without keys.
     */
    void attention(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor probabilities,
            Tensor output);

    /** Backward of {@link #attention}: overwrites dQ, dK and dV. */
    void attentionBackward(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor outputGradient,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor probabilities,
            Tensor queryGradient,
            Tensor keyGradient,
            Tensor valueGradient);

    /**
     * {@link #attention} in memory that grows with the length of the sequences and not with its square: it keeps no
     * probabilities but the logarithms of the sums that divide them, log Σ_j e^(q·k_j/√headWidth), {@code logSums} {@code [S,
     * capacity, heads]}, and the backward computes the probabilities again (Dao et al. 2022).
     */
    void tiledAttention(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor logSums,
            Tensor output);

    /** Backward of {@link #tiledAttention}, given its output: overwrites dQ, dK and dV. */
    void tiledAttentionBackward(
            AttentionShape shape,
            PackedSequences queries,
            PackedSequences keys,
            Tensor outputGradient,
            Tensor query,
            Tensor key,
            Tensor value,
            Tensor output,
            Tensor logSums,
            Tensor queryGradient,
            Tensor keyGradient,
            Tensor valueGradient);

    // ---- loss ----

    /**
     * Weighted cross-entropy of a softmax over the last axis. Row r contributes {@code weights[r]·(−log
     * p[r][targets[r]])}; rows with a negative target contribute nothing. Adds (Σ weight·loss, Σ weight·[argmax =
     * target], Σ weight) to the FLOAT64 {@code statistics [S, 3]}, argmax being the first maximum, and overwrites
     * {@code logitsGradient} with its derivative, weight·(p − onehot), or zero where the target is negative, unless it
     * is null. {@code weights} is {@code [S, capacity]}, targets INT32 of the same shape; a target that is no class is
     * refused. The gradient may be the logits themselves.
     *
     * @param lossGradient how the derivative by the target's logit is computed
     */
    void crossEntropy(
            Rows rows,
            Tensor logits,
            Tensor targets,
            Tensor weights,
            Tensor logitsGradient,
            LossGradient lossGradient,
            Tensor statistics);

    /** The same, with the accurate derivative. */
    default void crossEntropy(
            Rows rows, Tensor logits, Tensor targets, Tensor weights, Tensor logitsGradient, Tensor statistics) {
        crossEntropy(rows, logits, targets, weights, logitsGradient, LossGradient.ACCURATE, statistics);
    }

    /**
     * How many sequences are answered without a mistake. A sequence is right if the first maximum of the logits is the target
     * in each of its rows whose target is not negative; sequences without such a row are not counted. Adds (0, Σ
     * weight·[right], Σ weight), with the weights of the sequences' first rows, to the FLOAT64 {@code statistics [S, 3]}. The
     * operands are those of {@link #crossEntropy}; a target that is no class is never right.
     */
    void sequenceAccuracy(PackedSequences sequences, Tensor logits, Tensor targets, Tensor weights, Tensor statistics);

    // ---- flat vectors [S, n] ----

    /** y ← y + αx. */
    void axpy(double alpha, Tensor x, Tensor y);

    /** x ← αx. */
    void scale(double alpha, Tensor x);

    /** out ← x − y; out may be x or y. */
    void subtract(Tensor x, Tensor y, Tensor out);

    /** Σ x·y per run, accumulated in double, to the FLOAT64 {@code result [S]}. */
    void dot(Tensor x, Tensor y, Tensor result);

    /** Σ x² per run, accumulated in double, to the FLOAT64 {@code result [S]}; not finite where x is not. */
    void sumOfSquares(Tensor x, Tensor result);

    /**
     * {@link #subtract}, and then {@link #dot} of x with the difference and {@link #sumOfSquares} of x, to the same bits: what
     * is asked of an update. A backend that is bound by memory reads x once for all of it.
     */
    default void subtract(Tensor x, Tensor y, Tensor out, Tensor withOut, Tensor squares) {
        subtract(x, y, out);
        dot(x, out, withOut);
        sumOfSquares(x, squares);
    }

    /**
     * {@link #subtract(Tensor, Tensor, Tensor, Tensor, Tensor)}, and then y ← x: an update, and the parameters from which the next
     * one is counted. A backend that is bound by memory reads both once.
     */
    default void advance(Tensor x, Tensor y, Tensor out, Tensor withOut, Tensor squares) {
        subtract(x, y, out, withOut, squares);
        copy(x, y);
    }

    /**
     * x ← x/max(√square + added, least) per run, given Σ x² as {@link #sumOfSquares} finds it, FLOAT64 {@code squares [S]}.
     */
    void normalize(Tensor squares, double added, double least, Tensor x);

    /**
     * Begins a step of each active run, given what its schedule says of the step and its squared gradient norm: LEARNING_RATE,
     * WEIGHT_DECAY and STEP are set to the former, and the gradient is clipped as PyTorch clips, GRADIENT_SCALE ← (1 −
     * DAMPENING)·min(1, MAXIMUM_NORM/(‖g‖ + 10⁻⁶)). A run whose norm is not finite is made inactive instead, so that it keeps
     * its last finite parameters.
     *
     * @param squares FLOAT64 {@code [S]}
     * @param scheduled FLOAT64 {@code [S, SCHEDULED]}
     * @param hyperparameters of {@link OptimizerArguments}
     */
    void beginOptimizerStep(Tensor squares, Tensor scheduled, Tensor hyperparameters);

    /**
     * Decoupled AdamW (Loshchilov and Hutter 2019) as PyTorch computes it: θ ← θ − ηωθ, m ← β₁m + (1−β₁)g, v ← β₂v +
     * (1−β₂)g², θ ← θ − η·(m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε), fused into one pass. Runs that are not active stay as they are.
     */
    void adamW(OptimizerArguments arguments);

    /**
     * Adam (Kingma and Ba 2015) with weight decay coupled through the gradient, h = g + ωθ, as {@code torch.optim.Adam}
     * computes it. As m is linear in h, it is kept in two parts, m = m_g + m_θ with m_g ← β₁m_g + (1−β₁)g and m_θ ← β₁m_θ +
     * (1−β₁)ωθ, so that the update has two parts as well (ours): Δθ_grad = −η·(m_g/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε), and
     * Δθ_decay likewise with m_θ, where v ← β₂v + (1−β₂)h². They share v: what weight decay does to the step size of the
     * gradient belongs to the gradient's part. Runs that are not active stay as they are.
     */
    void adam(OptimizerArguments arguments);

    /**
     * SGD with decoupled weight decay: b ← μb + g, θ ← θ − ηωθ − η·b, or −η·(g + μb) with Nesterov's look-ahead; plain
     * gradient descent where there is no buffer. Runs that are not active stay as they are.
     */
    void sgd(OptimizerArguments arguments, boolean nesterov);

    // ---- rows against a window ----

    /**
     * Products of each row of {@code window [S, W, n]} with {@code x [S, n]}, to the FLOAT64 {@code result [S, W]}. The
     * products are in double (exact for FLOAT32) and accumulated in blocks of at most 2048, whose sums are added with a
     * correction. An entry's error stays below 2⁻⁵² of Σ|xᵢyᵢ| in practice, where roundings do not conspire; the bound
     * that nothing can break is that of a chain of additions through one block, 2⁻⁴⁵ at most.
     */
    void gramRow(Tensor window, Tensor x, Tensor result);

    /**
     * {@link #gramRow} of several vectors {@code rows [S, k, n]} with one window, to the FLOAT64 {@code result [S, k, W]}. Each
     * product has the bits that {@link #gramRow} gives it, so none depends on how many rows come together; a backend that is
     * bound by memory reads the window once for several of them.
     */
    void gramBlock(Tensor window, Tensor rows, Tensor result);

    /**
     * {@link #gramRow} of k successive rows of a {@code ring [S, R, n]} with the rows before them: {@code result [S, k, A]}, FLOAT64,
     * has the products of row {@code first + i} with the rows {@code first + i − (A − 1)} to {@code first + i}, all modulo R, where k
     * + A − 1 ≤ R. The bits are those of {@link #gramRow}.
     */
    default void gramBand(Tensor ring, int first, Tensor result) {
        OperandChecks.gramBand(ring, first, result);
        Tensor rows = ring.leading(1);
        Tensor results = result.leading(1);
        long size = rows.size(0);
        long width = result.size(2);
        for (int index = 0; index < results.size(0); index++) {
            long newest = (first + index) % size;
            long oldest = Math.floorMod(newest - (width - 1), size);
            long ofEnd = Math.min(width, size - oldest);
            Tensor row = rows.at(newest);
            Tensor own = results.at(index);
            gramRow(ring.slice(1, oldest, oldest + ofEnd), row, own.slice(1, 0, ofEnd));
            if (ofEnd < width) {
                gramRow(ring.slice(1, 0, width - ofEnd), row, own.slice(1, ofEnd, width));
            }
        }
    }

    /** out ← Σ_w coefficients[w]·window[w], in double before rounding; FLOAT64 {@code coefficients [S, W]}, out {@code [S, n]}. */
    void combineRows(Tensor window, Tensor coefficients, Tensor out);

    // ---- random numbers ----

    /** Uniform in [low, high): element i of run s is number i of the stream {@code keys[s]}; the same on every backend. */
    void uniform(PhiloxKey[] keys, double low, double high, Tensor out);

    /** Normal with the given mean and standard deviation, by Box–Muller in double, as {@link #uniform} otherwise. */
    void normal(PhiloxKey[] keys, double mean, double standardDeviation, Tensor out);

    // ---- sketches ----

    /** out ← Ω·x for the d × n operator; x {@code [S, n]}, FLOAT64 out {@code [S, d]}. The operator is never stored. */
    void sketch(SketchOperator operator, Tensor x, Tensor out);
}
