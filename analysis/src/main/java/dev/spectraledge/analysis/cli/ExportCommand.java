package dev.spectraledge.analysis.cli;

import dev.spectraledge.analysis.export.NpzExport;
import dev.spectraledge.analysis.export.TensorBoardCopy;
import dev.spectraledge.analysis.pretrained.LanguageModel;
import dev.spectraledge.analysis.pretrained.ModelExport;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.UsageException;
import dev.spectraledge.trainer.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code sedge export}. */
@Command(
        name = "export",
        description = {
            "Writes the tables of runs or analyses, or the weights of a text run, in the format of "
                    + "another program.",
            "npz: all columns as NumPy arrays, for example metrics/test_accuracy and spectrum/sigma. "
                    + "tensorboard: losses, accuracies, norms, singular values, k* and gap ratio as scalars, "
                    + "as --tensorboard writes them during training. huggingface: the last checkpoint as a "
                    + "folder that transformers can open (GPT-2, GPT-NeoX or Llama, with its tokenizer). "
                    + "nanogpt: the same with nanoGPT's parameter names."
        },
        footer = {
            "",
            "Examples:",
            "  sedge export runs/mine --to npz           prints runs/mine/arrays.npz",
            "  sedge export runs/mine --to npz -o a.npz  numpy.load('a.npz')",
            "  sedge export runs/* --to tensorboard      tensorboard --logdir runs",
            "  sedge export runs/text --to huggingface   prints runs/text/huggingface"
        },
        mixinStandardHelpOptions = true)
final class ExportCommand implements Callable<Integer> {
    @ParentCommand
    private Sedge sedge;

    @Parameters(arity = "1..*", paramLabel = "RUN", description = "Run directories, or folders of analyses.")
    private List<Path> runs;

    @Option(
            names = "--to",
            paramLabel = "FORMAT",
            required = true,
            description = "npz, tensorboard, huggingface or nanogpt.")
    private String format;

    @Option(
            names = {"-o", "--out"},
            paramLabel = "FILE",
            description = "Output file or folder; only with a single run (default: arrays.npz, "
                    + "events.out.tfevents, huggingface or nanogpt in the run directory).")
    private Path output;

    @Override
    public Integer call() {
        if (output != null && runs.size() > 1) {
            throw new UsageException("--out names one file, but " + runs.size() + " runs are to be exported");
        }
        for (Path run : runs) {
            sedge.console().out().println(export(run));
        }
        return Sedge.OK;
    }

    private Path export(Path run) {
        return switch (format) {
            case "npz" -> {
                Path file = fileOf(run, NpzExport.FILE_NAME);
                NpzExport.write(run, file);
                yield file;
            }
            case "tensorboard" -> {
                Path file = fileOf(run, TensorBoardCopy.FILE_NAME);
                TensorBoardCopy.write(run, file);
                yield file;
            }
            case "huggingface" -> {
                Path target = fileOf(run, format);
                withModel(
                        run,
                        model -> ModelExport.huggingFace(
                                model.architecture(), model.parameters().named(0), tokenizer(model), target));
                yield target;
            }
            case "nanogpt" -> {
                Path target = fileOf(run, format);
                withModel(
                        run,
                        model -> ModelExport.nanoGpt(
                                model.architecture(), model.parameters().named(0), target));
                yield target;
            }
            default ->
                throw new UsageException(
                        "--to cannot be '" + format + "'; it is npz, tensorboard, huggingface or nanogpt");
        };
    }

    /** Hands the last weights of a run of text to an export. */
    private static void withModel(Path run, Consumer<LanguageModel> export) {
        try (MemoryOwner owner = MemoryOwner.open("weights for export")) {
            export.accept(LanguageModel.open(run, owner, OptionalLong.empty()));
        }
    }

    /** Null where there is none to be written. */
    private Tokenizer tokenizer(LanguageModel model) {
        try {
            return model.tokenizer();
        } catch (RunException unknown) {
            sedge.console().say("no tokenizer is written: " + unknown.getMessage());
            return null;
        }
    }

    private Path fileOf(Path run, String name) {
        return output == null ? run.resolve(name) : output;
    }
}
