package dev.spectraledge.analysis.cli;

import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.corpus.Corpus;
import dev.spectraledge.trainer.corpus.CorpusWriter;
import dev.spectraledge.trainer.corpus.TextFiles;
import dev.spectraledge.trainer.corpus.TokenizerChoice;
import dev.spectraledge.trainer.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sedge data text}. */
@Command(
        name = "text",
        description = {
            "Encodes texts into a folder that 'sedge run text task.corpus=DIR' trains on: train.bin and validation.bin"
                    + " (16-bit tokens, 32-bit for vocabularies above 65,536) and corpus.json.",
            "",
            "Reads UTF-8 text (a file is one document, or several separated by lines "
                    + "'<|endoftext|>'), JSON lines (.jsonl, .ndjson), both also compressed (.gz), and tokens "
                    + "stored by nanoGPT or llm.c (.bin). Duplicate documents are dropped."
        },
        footer = {
            "",
            "Examples:",
            "  sedge data text a.txt b.jsonl --tokenizer bpe --vocabulary 4096 --out ab",
            "  sedge data text folder --tokenizer gpt2 --out folder-gpt2"
        },
        mixinStandardHelpOptions = true)
final class TextDataCommand implements Callable<Integer> {
    @ParentCommand
    private DataCommand data;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files, or folders of files.")
    private List<Path> files;

    @Option(
            names = "--tokenizer",
            paramLabel = "NAME",
            description = "bytes, bpe (learned from these texts), gpt2, or a tokenizer.json of byte-level BPE"
                    + " (default: bytes; gpt2 if all files are .bin).")
    private String tokenizer;

    @Option(
            names = "--vocabulary",
            paramLabel = "N",
            description = "Number of tokens for --tokenizer bpe (default: 4096).")
    private Integer vocabulary;

    @Option(
            names = "--field",
            paramLabel = "NAME",
            defaultValue = "text",
            description = "Field of each JSON line that holds the text (default: ${DEFAULT-VALUE}).")
    private String field;

    @Option(
            names = "--validation",
            paramLabel = "SHARE",
            defaultValue = "0.1",
            description = "Share of the documents, or of a single document, used for validation (default: "
                    + "${DEFAULT-VALUE}).")
    private double validation;

    @Option(
            names = {"-o", "--out"},
            required = true,
            paramLabel = "DIR",
            description = "Folder to create.")
    private Path out;

    @Override
    public Integer call() {
        if (!(validation > 0 && validation <= 0.5)) {
            throw new UsageException("--validation must be above 0 and at most 0.5, not " + validation);
        }
        TokenizerChoice choice = choice();
        if (choice.name().equals(TokenizerChoice.LEARNED)) {
            requireText();
        }
        Tokenizer made =
                choice.tokenizer(size -> new CorpusWriter(new TextFiles(files, field, -1), validation).learn(size));
        TextFiles source = new TextFiles(files, field, made.endOfText());
        Corpus corpus = new CorpusWriter(source, validation).write(out, made);
        data.sedge().console().out().println(corpus.folder());
        return Sedge.OK;
    }

    private TokenizerChoice choice() {
        boolean onlyTokens = files.stream().allMatch(TextFiles::hasTokens);
        String name = tokenizer != null ? tokenizer : onlyTokens ? TokenizerChoice.GPT2 : TokenizerChoice.BYTES;
        if (vocabulary != null && !name.equals(TokenizerChoice.LEARNED)) {
            throw new UsageException(
                    "--vocabulary is for --tokenizer bpe; the vocabulary of " + name + " has a fixed size");
        }
        int size = vocabulary == null ? 4096 : vocabulary;
        return new TokenizerChoice(name, name.equals(TokenizerChoice.LEARNED) ? size : 0);
    }

    private void requireText() {
        files.stream().filter(TextFiles::hasTokens).findFirst().ifPresent(file -> {
            throw new UsageException(
                    "--tokenizer bpe learns from texts, and " + file + " holds tokens: of which tokenizer?");
        });
    }
}
