package dev.spectraledge.trainer.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.PackedBatch;
import dev.spectraledge.trainer.model.EncoderDecoder;
import dev.spectraledge.trainer.model.EncoderDecoderArchitecture;
import dev.spectraledge.trainer.model.Parameters;
import dev.spectraledge.trainer.model.Workspace;
import dev.spectraledge.trainer.task.scan.ScanTokens;
import dev.spectraledge.trainer.training.SampledBatches;
import dev.spectraledge.trainer.training.TinySetup;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A sequence whose every token is right given the right ones before it is what the model says when it goes on from its own
 * tokens, and the other way round: the accuracy of whole answers is that of greedy decoding.
 */
class WholeAnswersTest {
    private static final int START = 1;
    private static final int END = 2;
    private static final int MOST_STEPS = 2000;

    private final CpuBackend backend = new CpuBackend();

    @Test
    void accuracyIsThatOfGreedyDecoding() {
        TrainingSetup setup = TinySetup.scan(DType.FLOAT64, Batching.DEDUPLICATED, 5);
        try (Workers workers = new Workers(1);
                StepTrainer trainer = new StepTrainer(
                        Lanes.onHost(backend, workers),
                        setup,
                        new SampledBatches(setup.seeds(), setup.trainSequences()),
                        List.of())) {
            trainer.initialise();
            trainer.start();
            Evaluation train = trainer.evaluateTrain()[0];
            while (train.accuracy() < 0.3 && trainer.stepsDone() < MOST_STEPS) {
                trainer.step();
                train = trainer.evaluateTrain()[0];
            }
            Evaluation test = trainer.evaluateTest()[0];
            // Without some answers of both kinds this would show nothing.
            assertThat(train.accuracy()).isGreaterThanOrEqualTo(0.3).isLessThan(1);
            assertThat(train.accuracy())
                    .isCloseTo(accuracies(trainer, setup.data().getFirst().train())[0], within(1e-12));
            double[] ofTest = accuracies(trainer, setup.data().getFirst().test());
            assertThat(test.accuracy()).isCloseTo(ofTest[0], within(1e-12));
            assertThat(train.accuracies().getFirst()).isGreaterThan(train.accuracy());
            Decoding decoded = trainer.decodeTest()[0];
            assertThat(decoded.accuracy()).isCloseTo(ofTest[0], within(1e-12));
            assertThat(decoded.tokenAccuracy()).isCloseTo(ofTest[1], within(1e-12));
            // Mistakes go on into what follows them, so that these are not the accuracies of the right beginnings.
            assertThat(decoded.tokenAccuracy())
                    .isNotCloseTo(test.accuracies().getFirst(), within(1e-3))
                    .isGreaterThan(0.2);
        }
    }

    /** Of whole answers and of their tokens, by decoding one token after the other. */
    private double[] accuracies(StepTrainer trainer, Examples data) {
        int rightAnswers = 0;
        int rightTokens = 0;
        int tokens = 0;
        for (int example = 0; example < data.size(); example++) {
            int right = rightTokens(trainer.parameters(), data, example);
            rightAnswers += right == data.length(example) ? 1 : 0;
            rightTokens += right;
            tokens += data.length(example);
        }
        return new double[] {(double) rightAnswers / data.size(), (double) rightTokens / tokens};
    }

    /** How many tokens of the right answer stand at their place until the model's own answer ends. */
    private int rightTokens(Parameters parameters, Examples data, int example) {
        int[] tokens = new int[data.contextLength() + 1];
        tokens[0] = START;
        int right = 0;
        for (int position = 0; position < data.length(example); position++) {
            tokens[position + 1] = next(parameters, data, example, tokens, position + 1);
            right += tokens[position + 1] == data.target(example, position) ? 1 : 0;
            if (tokens[position + 1] == END) {
                break;
            }
        }
        return right;
    }

    /** The most probable token behind the first {@code length} of some. */
    private int next(Parameters parameters, Examples data, int example, int[] tokens, int length) {
        try (MemoryOwner owner = MemoryOwner.open("decoding")) {
            int rows = data.sources().rows(example);
            Tensor command = Tensor.allocate(owner, DType.INT32, 1, rows);
            Tensor begun = Tensor.allocate(owner, DType.INT32, 1, length);
            for (int position = 0; position < rows; position++) {
                command.set(data.sources().token(example, position), 0, position);
            }
            for (int position = 0; position < length; position++) {
                begun.set(tokens[position], 0, position);
            }
            Examples one = ScanTokens.dataset(owner, "begun", command, begun, begun, true);
            PackedBatch batch = new PackedBatch(backend, owner, DType.FLOAT64, one.form(), 1, 1, length);
            batch.append(0, one, 0, 0, ScanTokens.PADDING, 1);
            EncoderDecoder model = new EncoderDecoderArchitecture(TinySetup.SCAN_SHAPE)
                    .create(new Workspace(backend, owner, DType.FLOAT64, 1, length, parameters, null)
                            .withSourceRows(rows));
            Tensor logits = model.forward(batch).at(0).at(length - 1);
            int best = 0;
            for (int action = 1; action < ScanTokens.ACTIONS; action++) {
                best = logits.get(action) > logits.get(best) ? action : best;
            }
            return best;
        }
    }
}
