package dev.spectraledge.bench.peers;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.training.GradientCollector;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The step in PyTorch through DJL's {@link NDArray} with PyTorch's autograd. */
final class DjlDyckStep implements StepContestant {

    private static final int HEAD_WIDTH = DyckInputs.MODEL_WIDTH / DyckInputs.HEADS;

    private final DyckInputs inputs;
    private final Engine engine = Engine.getEngine("PyTorch");
    private final NDManager manager = engine.newBaseManager(Device.cpu());
    private final Map<String, Parameter> weights = new LinkedHashMap<>();
    private final NDArray causalMask;
    private int step;

    private record Parameter(NDArray value, NDArray firstMoment, NDArray secondMoment) {}

    DjlDyckStep(DyckInputs inputs) {
        this.inputs = inputs;
        inputs.weights().forEach((name, array) -> {
            Shape shape = new Shape(array.shape());
            NDArray value = manager.create(array.values(), shape);
            value.setRequiresGradient(true);
            weights.put(name, new Parameter(value, manager.zeros(shape), manager.zeros(shape)));
        });
        float[] mask = new float[DyckInputs.CONTEXT * DyckInputs.CONTEXT];
        for (int query = 0; query < DyckInputs.CONTEXT; query++) {
            for (int key = query + 1; key < DyckInputs.CONTEXT; key++) {
                mask[query * DyckInputs.CONTEXT + key] = Float.NEGATIVE_INFINITY;
            }
        }
        causalMask = manager.create(mask, new Shape(DyckInputs.CONTEXT, DyckInputs.CONTEXT));
    }

    @Override
    public double step() {
        try (NDManager stepManager = manager.newSubManager()) {
            float loss;
            try (GradientCollector collector = engine.newGradientCollector()) {
                NDArray batchLoss = loss(stepManager);
                collector.backward(batchLoss);
                loss = batchLoss.getFloat();
            }
            step++;
            update(stepManager);
            return loss;
        }
    }

    private NDArray loss(NDManager stepManager) {
        long[] tokens = inputs.batchTokens(step);
        long[] labels = inputs.batchLabels(step);
        float[] mask = new float[labels.length];
        int labelled = 0;
        for (int position = 0; position < labels.length; position++) {
            if (labels[position] == DyckInputs.IGNORED_LABEL) {
                labels[position] = 0;
            } else {
                mask[position] = 1;
                labelled++;
            }
        }
        Shape column = new Shape(labels.length, 1);
        NDArray logits =
                forward(stepManager.create(tokens, new Shape(tokens.length / DyckInputs.CONTEXT, DyckInputs.CONTEXT)));
        NDArray logProbabilities = logits.reshape(labels.length, DyckInputs.CLASSES)
                .logSoftmax(1)
                .gather(stepManager.create(labels, column), 1);
        return logProbabilities.mul(stepManager.create(mask, column)).sum().mul(-1.0f / labelled);
    }

    private NDArray forward(NDArray tokens) {
        NDArray positions = tokens.getManager().arange(DyckInputs.CONTEXT).toType(tokens.getDataType(), false);
        NDArray hidden = embed(tokens, "tok_emb").add(embed(positions, "pos_emb"));
        for (int layer = 0; layer < DyckInputs.LAYERS; layer++) {
            String prefix = "encoder.layers." + layer + ".";
            hidden = hidden.add(attention(normalise(hidden, prefix + "norm1"), prefix + "self_attn."));
            NDArray expanded = affine(normalise(hidden, prefix + "norm2"), prefix + "linear1")
                    .getNDArrayInternal()
                    .gelu();
            hidden = hidden.add(affine(expanded, prefix + "linear2"));
        }
        return affine(normalise(hidden, "ln"), "head");
    }

    private NDArray attention(NDArray normalised, String prefix) {
        long batch = normalised.getShape().get(0);
        NDList parts = linear(normalised, prefix + "in_proj_weight", prefix + "in_proj_bias")
                .split(3, 2);
        NDArray scores = heads(parts.get(0), batch)
                .matMul(heads(parts.get(1), batch).swapAxes(2, 3))
                .mul((float) (1 / Math.sqrt(HEAD_WIDTH)))
                .add(causalMask);
        NDArray context = scores.softmax(3).matMul(heads(parts.get(2), batch));
        NDArray joined = context.swapAxes(1, 2).reshape(batch, DyckInputs.CONTEXT, DyckInputs.MODEL_WIDTH);
        return affine(joined, prefix + "out_proj");
    }

    private static NDArray heads(NDArray projected, long batch) {
        return projected
                .reshape(batch, DyckInputs.CONTEXT, DyckInputs.HEADS, HEAD_WIDTH)
                .swapAxes(1, 2);
    }

    private NDArray embed(NDArray indices, String name) {
        return indices.getNDArrayInternal()
                .embedding(indices, weight(name + ".weight"), SparseFormat.DENSE)
                .head();
    }

    private NDArray normalise(NDArray hidden, String name) {
        return hidden.getNDArrayInternal()
                .layerNorm(
                        hidden,
                        new Shape(DyckInputs.MODEL_WIDTH),
                        weight(name + ".weight"),
                        weight(name + ".bias"),
                        (float) DyckInputs.LAYER_NORM_EPSILON)
                .head();
    }

    private NDArray affine(NDArray input, String name) {
        return linear(input, name + ".weight", name + ".bias");
    }

    private NDArray linear(NDArray input, String weight, String bias) {
        return input.getNDArrayInternal()
                .linear(input, weight(weight), weight(bias))
                .head();
    }

    private void update(NDManager stepManager) {
        NDList gradients = new NDList();
        NDList norms = new NDList();
        for (Parameter parameter : weights.values()) {
            NDArray gradient = parameter.value.getGradient();
            gradient.attach(stepManager);
            gradients.add(gradient);
            norms.add(gradient.norm());
        }
        double norm = NDArrays.stack(norms).norm().getFloat();
        double coefficient = Math.min(1, DyckInputs.MAXIMUM_GRADIENT_NORM / (norm + 1e-6));
        double correction1 = 1 - Math.pow(DyckInputs.BETA_1, step);
        double correction2 = 1 - Math.pow(DyckInputs.BETA_2, step);
        int index = 0;
        for (Parameter parameter : weights.values()) {
            NDArray gradient = gradients.get(index++);
            gradient.muli((float) coefficient);
            parameter.value.muli((float) (1 - DyckInputs.LEARNING_RATE * DyckInputs.WEIGHT_DECAY));
            parameter.firstMoment.muli((float) DyckInputs.BETA_1).addi(gradient.mul((float) (1 - DyckInputs.BETA_1)));
            parameter
                    .secondMoment
                    .muli((float) DyckInputs.BETA_2)
                    .addi(gradient.square().muli((float) (1 - DyckInputs.BETA_2)));
            NDArray denominator = parameter.secondMoment.sqrt();
            denominator.attach(stepManager);
            denominator.muli((float) (1 / Math.sqrt(correction2))).addi((float) DyckInputs.EPSILON);
            NDArray direction = denominator.getNDArrayInternal().rdiv(parameter.firstMoment);
            parameter.value.subi(direction.muli((float) (DyckInputs.LEARNING_RATE / correction1)));
            gradient.muli(0);
        }
    }

    private NDArray weight(String name) {
        return weights.get(name).value;
    }

    @Override
    public SortedMap<String, String> environment() {
        SortedMap<String, String> environment = new TreeMap<>();
        environment.put("DJL", Engine.getDjlVersion());
        environment.put("PyTorch", engine.getVersion());
        return environment;
    }
}
