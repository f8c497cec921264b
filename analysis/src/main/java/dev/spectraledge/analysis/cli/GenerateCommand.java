package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.pretrained.LanguageModel;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.generation.TextGenerator;
import dev.spectraledge.trainer.generation.TokenSampler;
import dev.spectraledge.trainer.model.GptDecoder;
import dev.spectraledge.trainer.tokenizer.Tokenizer;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sedge generate}. */
@Command(
        name = "generate",
        description = {
            "Continues a text with a trained language model.",
            "The model comes from a text run, or from a folder with a Hugging Face GPT-2, GPT-NeoX "
                    + "or Llama model (config.json, weights, tokenizer.json). The same seed always gives the "
                    + "same bytes. When the text exceeds the model's context, generation continues from its "
                    + "more recent half."
        },
        footer = {
            "",
            "Examples:",
            "  sedge generate runs/text_… --prompt \"Once upon a time\" --tokens 200",
            "  sedge generate runs/text_… --temperature 0.8 --top-k 40 --seed 7",
            "  sedge generate gpt2/ --prompt \"The edge of\" --temperature 0"
        },
        mixinStandardHelpOptions = true)
final class GenerateCommand implements Callable<Integer> {
    @ParentCommand
    private Sedge sedge;

    @Parameters(paramLabel = "RUN", description = "Run directory, or folder of a Hugging Face model.")
    private Path folder;

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            description = "Text to continue (default: the beginning of a text).",
            defaultValue = "")
    private String prompt;

    @Option(names = "--tokens", paramLabel = "N", description = "Number of tokens to add (default: 200).")
    private int count = 200;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "Divisor of the logits; 0 always takes the most probable token (default: 1).")
    private double temperature = 1;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            description = "Sample only from the K most probable tokens (default: all).")
    private int topK = Integer.MAX_VALUE;

    @Option(names = "--seed", paramLabel = "S", description = "Seed of the random draws (default: 0).")
    private long seed;

    @Option(
            names = "--step",
            paramLabel = "STEP",
            description = "Step of the checkpoint to use (default: the last one).")
    private Long step;

    @Override
    public Integer call() {
        if (count < 1) {
            throw new UsageException("--tokens is at least 1, not " + count);
        }
        TokenSampler sampler = sampler();
        try (MemoryOwner owner = MemoryOwner.open("language model")) {
            LanguageModel model =
                    LanguageModel.open(folder, owner, step == null ? OptionalLong.empty() : OptionalLong.of(step));
            Tokenizer tokenizer = model.tokenizer();
            GptDecoder decoder = model.decoder(owner);
            byte[] text = prompt.getBytes(StandardCharsets.UTF_8);
            int[] read = text.length == 0
                    ? new int[] {tokenizer.endOfText()}
                    : tokenizer.encoder().encode(text);
            if (read.length > decoder.capacity()) {
                sedge.console()
                        .say("the prompt has " + read.length + " tokens, of which the model reads the last "
                                + decoder.capacity());
            }
            PrintStream out = sedge.console().out();
            out.writeBytes(text);
            new TextGenerator(decoder, sampler, tokenizer.vocabulary())
                    .generate(read, count, token -> out.writeBytes(tokenizer.bytes(token)));
            out.println();
        }
        return Sedge.OK;
    }

    private TokenSampler sampler() {
        if (!(temperature >= 0) || Double.isInfinite(temperature)) {
            throw new UsageException("--temperature is 0 or more, not " + temperature);
        }
        if (topK < 1) {
            throw new UsageException("--top-k is at least 1, not " + topK);
        }
        return new TokenSampler(temperature, topK, seed);
    }
}
