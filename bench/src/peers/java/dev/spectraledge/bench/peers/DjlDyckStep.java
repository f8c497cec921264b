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

    private static final int HEAD_WIDTH = DyckStepFacts.MODEL_WIDTH / DyckStepFacts.HEADS;

    private final StepInputs inputs;
    private final Engine engine = Engine.getEngine("PyTorch");
    private final NDManager manager = engine.newBaseManager(Device.cpu());
    private final Map<String, Parameter> weights = new LinkedHashMap<>();
    private final NDArray causalMask;
    private int step;

    private record Parameter(NDArray value, NDArray firstMoment, NDArray secondMoment) {}

    DjlDyckStep(StepInputs inputs) {
        this.inputs = inputs;
        inputs.weights().forEach((name, array) -> {
            Shape shape = new Shape(array.shape());
            NDArray value = manager.create(array.values(), shape);
            value.setRequiresGradient(true);
            weights.put(name, new Parameter(value, manager.zeros(shape), manager.zeros(shape)));
        });
        float[] mask = new float[DyckStepFacts.CONTEXT * DyckStepFacts.CONTEXT];
        for (int query = 0; query < DyckStepFacts.CONTEXT; query++) {
            for (int key = query + 1; key < DyckStepFacts.CONTEXT; key++) {
                mask[query * DyckStepFacts.CONTEXT + key] = Float.NEGATIVE_INFINITY;
            }
        }
        causalMask = manager.create(mask, new Shape(DyckStepFacts.CONTEXT, DyckStepFacts.CONTEXT));
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
            if (labels[position] == DyckStepFacts.IGNORED_LABEL) {
                labels[position] = 0;
            } else {
                mask[position] = 1;
                labelled++;
            }
        }
        Shape column = new Shape(labels.length, 1);
        NDArray logits = forward(
                stepManager.create(tokens, new Shape(tokens.length / DyckStepFacts.CONTEXT, DyckStepFacts.CONTEXT)));
        NDArray logProbabilities = logits.reshape(labels.length, DyckStepFacts.CLASSES)
                .logSoftmax(1)
                .gather(stepManager.create(labels, column), 1);
        return logProbabilities.mul(stepManager.create(mask, column)).sum().mul(-1.0f / labelled);
    }

    private NDArray forward(NDArray tokens) {
        NDArray positions = tokens.getManager().arange(DyckStepFacts.CONTEXT).toType(tokens.getDataType(), false);
        NDArray hidden = embed(tokens, "tok_emb").add(embed(positions, "pos_emb"));
        for (int layer = 0; layer < DyckStepFacts.LAYERS; layer++) {
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
        NDArray joined = context.swapAxes(1, 2).reshape(batch, DyckStepFacts.CONTEXT, DyckStepFacts.MODEL_WIDTH);
        return affine(joined, prefix + "out_proj");
    }

    private static NDArray heads(NDArray projected, long batch) {
        return projected
                .reshape(batch, DyckStepFacts.CONTEXT, DyckStepFacts.HEADS, HEAD_WIDTH)
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
                        new Shape(DyckStepFacts.MODEL_WIDTH),
                        weight(name + ".weight"),
                        weight(name + ".bias"),
                        (float) DyckStepFacts.LAYER_NORM_EPSILON)
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
        double coefficient = Math.min(1, DyckStepFacts.MAXIMUM_GRADIENT_NORM / (norm + 1e-6));
        double correction1 = 1 - Math.pow(DyckStepFacts.BETA_1, step);
        double correction2 = 1 - Math.pow(DyckStepFacts.BETA_2, step);
        int index = 0;
        for (Parameter parameter : weights.values()) {
            NDArray gradient = gradients.get(index++);
            gradient.muli((float) coefficient);
            parameter.value.muli((float) (1 - DyckStepFacts.LEARNING_RATE * DyckStepFacts.WEIGHT_DECAY));
            parameter.firstMoment.muli((float) DyckStepFacts.BETA_1).addi(gradient.mul((float)
                    (1 - DyckStepFacts.BETA_1)));
            parameter
                    .secondMoment
                    .muli((float) DyckStepFacts.BETA_2)
                    .addi(gradient.square().muli((float) (1 - DyckStepFacts.BETA_2)));
            NDArray denominator = parameter.secondMoment.sqrt();
            denominator.attach(stepManager);
            denominator.muli((float) (1 / Math.sqrt(correction2))).addi((float) DyckStepFacts.EPSILON);
            NDArray direction = denominator.getNDArrayInternal().rdiv(parameter.firstMoment);
            parameter.value.subi(direction.muli((float) (DyckStepFacts.LEARNING_RATE / correction1)));
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
