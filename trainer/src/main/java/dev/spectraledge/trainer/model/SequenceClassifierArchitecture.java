package dev.spectraledge.trainer.model;

import java.util.List;

/**
 * A {@link SequenceClassifier} of some shape.
 *
 * @param heads names of the objectives, one head each
 */
public record SequenceClassifierArchitecture(TransformerShape shape, List<String> heads) implements Architecture {
    public SequenceClassifierArchitecture {
        heads = List.copyOf(heads);
    }

    @Override
    public ParameterLayout layout() {
        return SequenceClassifier.layout(shape, heads);
    }

    @Override
    public SequenceClassifier create(Workspace workspace) {
        return new SequenceClassifier(workspace, shape, heads);
    }
}
