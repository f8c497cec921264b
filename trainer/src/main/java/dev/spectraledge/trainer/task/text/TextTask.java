package dev.spectraledge.trainer.task.text;

import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.data.TokenStream;
import dev.spectraledge.trainer.data.TokenWidth;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.key.Range;
import dev.spectraledge.trainer.model.Architecture;
import dev.spectraledge.trainer.model.CausalTransformerArchitecture;
import dev.spectraledge.trainer.model.ModelConfig;
import dev.spectraledge.trainer.task.Task;
import java.nio.file.Path;
import java.util.List;

/**
 * Text: predict each byte of a file from those before it in a window.
 *
 * @param contextLength bytes of a window
 * @param testFraction share of the file, at its end, that is not trained on but tested
 */
public record TextTask(
        String name,
        @Range(min = 1, max = 1_000_000) int contextLength,

        @Range(min = 0, aboveMin = true, max = 1, belowMax = true)
        double testFraction)
        implements Task {
    /** Values of a byte, which are the tokens and the classes. */
    private static final int BYTES = 256;

    public TextTask {
        if (!name.equals("text")) {
            throw new IllegalArgumentException("name must be 'text', not '" + Printable.value(name) + "'");
        }
    }

    @Override
    public String variant() {
        return name;
    }

    @Override
    public List<String> objectives() {
        return List.of("next_byte");
    }

    @Override
    public boolean needsData() {
        return true;
    }

    @Override
    public boolean followsPyTorch() {
        return false;
    }

    /** Windows are all of one length; any byte will do for those that count for nothing. */
    @Override
    public int paddingToken() {
        return 0;
    }

    @Override
    public SplitData read(MemoryOwner owner, Path file) {
        TokenStream all = TokenStream.map(owner, file, TokenWidth.U8, BYTES, contextLength);
        long trained = all.tokens() - (long) (testFraction * all.tokens());
        long shorter = Math.min(trained, all.tokens() - trained);
        if (shorter <= contextLength) {
            throw new RunException(file + ": has " + all.tokens()
                    + " bytes, of which one part, to train on or to test, has "
                    + shorter + " (task.testFraction=" + testFraction + "); it takes more than the " + contextLength
                    + " of a window (task.contextLength)");
        }
        return new SplitData(all.part(0, trained), all.part(trained, all.tokens()));
    }

    @Override
    public Architecture architecture(ModelConfig model, int longest) {
        return new CausalTransformerArchitecture(model.shape(BYTES, BYTES, longest));
    }
}
