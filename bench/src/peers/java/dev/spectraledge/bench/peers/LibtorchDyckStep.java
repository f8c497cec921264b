package dev.spectraledge.bench.peers;

import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;
import static org.bytedeco.pytorch.global.torch.embedding;
import static org.bytedeco.pytorch.global.torch.gelu;
import static org.bytedeco.pytorch.global.torch.layer_norm;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.openblas.presets.openblas_nolapack;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The step in libtorch through JavaCPP, built on OpenBLAS: on CPUs without Intel's name the fastest PyTorch that we know.
 * Parameters and gradients are views of two flat tensors, so that clipping and AdamW are a handful of operators on one
 * tensor each, which is faster than {@code torch::optim::AdamW} over 30 tensors.
 */
final class LibtorchDyckStep implements StepContestant {

    private static final long MEAN_REDUCTION = 1;

    private final StepInputs inputs;
    private final Map<String, Tensor> weights = new LinkedHashMap<>();
    private final Tensor parameters;
    private final Tensor gradients;
    private final Tensor firstMoment;
    private final Tensor secondMoment;
    private int step;

    LibtorchDyckStep(StepInputs inputs, ThreadConfiguration threads) {
        this.inputs = inputs;
        torch.set_num_threads(threads.operators());
        openblas_nolapack.blas_set_num_threads(threads.gemm());
        int count = inputs.parameterCount();
        parameters = torch.zeros(count);
        gradients = torch.zeros(count);
        firstMoment = torch.zeros(count);
        secondMoment = torch.zeros(count);
        long offset = 0;
        for (Map.Entry<String, StepInputs.Weight> entry : inputs.weights().entrySet()) {
            StepInputs.Weight array = entry.getValue();
            int length = array.values().length;
            Tensor weight =
                    parameters.narrow(0, offset, length).view(array.shape()).detach();
            try (FloatPointer values = new FloatPointer(array.values())) {
                weight.copy_(torch.from_blob(values, array.shape()));
            }
            weight.set_requires_grad(true);
            weight.mutable_grad().put(gradients.narrow(0, offset, length).view(array.shape()));
            weights.put(entry.getKey(), weight);
            offset += length;
        }
    }

    @Override
    @SuppressWarnings("try") // the scope frees what is allocated inside it, unnamed
    public double step() {
        try (PointerScope scope = new PointerScope()) {
            Tensor tokens = integers(inputs.batchTokens(step));
            Tensor labels = integers(inputs.batchLabels(step)).view(-1);
            Tensor logits = forward(tokens);
            Tensor loss = cross_entropy_loss(
                    logits.view(-1, DyckStepFacts.CLASSES),
                    labels,
                    new TensorOptional(),
                    MEAN_REDUCTION,
                    DyckStepFacts.IGNORED_LABEL,
                    0.0);
            gradients.zero_();
            loss.backward();
            step++;
            clip();
            update();
            return loss.item_float();
        }
    }

    private Tensor forward(Tensor tokens) {
        Tensor hidden = embedding(weight("tok_emb.weight"), tokens)
                .add(weight("pos_emb.weight").narrow(0, 0, DyckStepFacts.CONTEXT));
        for (int layer = 0; layer < DyckStepFacts.LAYERS; layer++) {
            String prefix = "encoder.layers." + layer + ".";
            hidden = hidden.add(attention(normalise(hidden, prefix + "norm1"), prefix + "self_attn."));
            Tensor expanded = gelu(affine(normalise(hidden, prefix + "norm2"), prefix + "linear1"));
            hidden = hidden.add(affine(expanded, prefix + "linear2"));
        }
        return affine(normalise(hidden, "ln"), "head");
    }

    private Tensor attention(Tensor normalised, String prefix) {
        long batch = normalised.size(0);
        TensorVector parts = linear(
                        normalised,
                        weight(prefix + "in_proj_weight"),
                        new TensorOptional(weight(prefix + "in_proj_bias")))
                .chunk(3, -1);
        Tensor context = scaled_dot_product_attention(
                heads(parts.get(0), batch),
                heads(parts.get(1), batch),
                heads(parts.get(2), batch),
                new TensorOptional(),
                0.0,
                true,
                new DoubleOptional(),
                false);
        Tensor joined = context.transpose(1, 2).reshape(batch, DyckStepFacts.CONTEXT, DyckStepFacts.MODEL_WIDTH);
        return affine(joined, prefix + "out_proj");
    }

    private static Tensor heads(Tensor projected, long batch) {
        return projected
                .view(
                        batch,
                        DyckStepFacts.CONTEXT,
                        DyckStepFacts.HEADS,
                        DyckStepFacts.MODEL_WIDTH / DyckStepFacts.HEADS)
                .transpose(1, 2);
    }

    private Tensor normalise(Tensor hidden, String name) {
        return layer_norm(
                hidden,
                new long[] {DyckStepFacts.MODEL_WIDTH},
                new TensorOptional(weight(name + ".weight")),
                new TensorOptional(weight(name + ".bias")),
                DyckStepFacts.LAYER_NORM_EPSILON,
                false);
    }

    private Tensor affine(Tensor input, String name) {
        return linear(input, weight(name + ".weight"), new TensorOptional(weight(name + ".bias")));
    }

    private void clip() {
        double norm = gradients.norm().item_float();
        double coefficient = DyckStepFacts.MAXIMUM_GRADIENT_NORM / (norm + 1e-6);
        if (coefficient < 1) {
            gradients.mul_(new Scalar(coefficient));
        }
    }

    private void update() {
        double correction1 = 1 - Math.pow(DyckStepFacts.BETA_1, step);
        double correction2 = 1 - Math.pow(DyckStepFacts.BETA_2, step);
        parameters.mul_(new Scalar(1 - DyckStepFacts.LEARNING_RATE * DyckStepFacts.WEIGHT_DECAY));
        firstMoment.lerp_(gradients, new Scalar(1 - DyckStepFacts.BETA_1));
        secondMoment
                .mul_(new Scalar(DyckStepFacts.BETA_2))
                .addcmul_(gradients, gradients, new Scalar(1 - DyckStepFacts.BETA_2));
        Tensor denominator =
                secondMoment.sqrt().div_(new Scalar(Math.sqrt(correction2))).add_(new Scalar(DyckStepFacts.EPSILON));
        parameters.addcdiv_(firstMoment, denominator, new Scalar(-DyckStepFacts.LEARNING_RATE / correction1));
    }

    private Tensor weight(String name) {
        return weights.get(name);
    }

    private static Tensor integers(long[] values) {
        Tensor tensor = torch.zeros(
                new long[] {values.length / DyckStepFacts.CONTEXT, DyckStepFacts.CONTEXT},
                new TensorOptions(torch.ScalarType.Long));
        new LongPointer(tensor.data_ptr()).put(values);
        return tensor;
    }

    @Override
    public SortedMap<String, String> environment() {
        SortedMap<String, String> environment = new TreeMap<>();
        environment.put("org.bytedeco:pytorch", version("pytorch"));
        environment.put("org.bytedeco:openblas", version("openblas"));
        environment.put("operator threads", Integer.toString(torch.get_num_threads()));
        environment.put("GEMM threads", Integer.toString(openblas_nolapack.blas_get_num_threads()));
        return environment;
    }

    private static String version(String artifact) {
        try {
            return Loader.getVersion("org.bytedeco", artifact);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
