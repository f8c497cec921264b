package dev.spectraledge.analysis.cli;

import static dev.spectraledge.analysis.cli.CommandLineRunner.sedge;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.spectraledge.analysis.Python;
import dev.spectraledge.analysis.cli.CommandLineRunner.Outcome;
import dev.spectraledge.trainer.io.CsvReader;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code examples/python/spectral_edge_callback.py} saves is what {@code sedge analyze} reads. */
class PythonCallbackTest {
    private static final Path EXAMPLES = Path.of("..", "examples", "python");
    private static final int WINDOW = 3;
    private static final int STEPS = 6;

    /**
     * Trains a model of two tied matrices, a bias and a buffer that is a part of another tensor; prints, for the last window
     * of what was saved, singular values in double precision: of all tensors, then with the tied copy once more.
     */
    private static final String MODEL = """
        import os, sys
        sys.path.insert(0, sys.argv[1])
        folder, steps, window = sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
        import torch
        from safetensors.torch import load_file
        from spectral_edge_callback import *

        class Tiny(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.embedding = torch.nn.Embedding(7, 8)
                self.mlp = torch.nn.Linear(8, 8)
                self.head = torch.nn.Linear(8, 7, bias=False)
                self.head.weight = self.embedding.weight
                self.register_buffer("part", torch.arange(12.0).reshape(3, 4)[1:])

            def forward(self, tokens):
                return self.head(torch.relu(self.mlp(self.embedding(tokens))))

        def loss(model, tokens):
            return torch.nn.functional.cross_entropy(model(tokens).flatten(0, 1).float(), tokens.flatten())

        def groups(model):
            matrices = [p for p in model.parameters() if p.dim() > 1]
            others = [p for p in model.parameters() if p.dim() < 2]
            return [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]

        def singular_values(*twice):
            names = sorted(os.listdir(folder))[-window - 1:]
            states = [load_file(os.path.join(folder, name)) for name in names]
            order = sorted(states[0]) + list(twice)
            flat = [torch.cat([state[name].double().flatten() for name in order]) for state in states]
            rows = torch.stack([after - before for before, after in zip(flat, flat[1:])])
            print(*torch.linalg.svdvals(rows).tolist())

        torch.manual_seed(0)
        tokens = torch.randint(0, 7, (4, 5))
        """;

    @TempDir
    private Path folder;

    private Path saved() {
        return folder.resolve("my-run");
    }

    private List<String> run(String modules, String training) throws IOException, InterruptedException {
        String printed = Python.with(modules).run(MODEL + training, EXAMPLES.toAbsolutePath(), saved(), STEPS, WINDOW);
        return printed.lines().toList();
    }

    private Map<String, Object> analyze(Object... more) {
        Object[] usual = {"analyze", saved(), "--out", folder.resolve("out"), "--window", WINDOW, "--no-nulls", "--json"
        };
        Outcome outcome = sedge(Stream.concat(Stream.of(usual), Stream.of(more)).toArray());
        assertThat(outcome.exitCode()).as(outcome.err()).isZero();
        return Json.parseObject(outcome.out(), "output");
    }

    /** Of the last window. */
    private void requireSingularValues(String expected) {
        CsvReader table = CsvReader.read(folder.resolve("out/spectrum.csv"));
        String[] values = expected.split(" ", -1);
        for (int mode = 1; mode <= WINDOW; mode++) {
            double value = Double.parseDouble(values[mode - 1]);
            assertThat(table.column("sigma_" + mode)[table.rows() - 1])
                    .as("sigma_%d", mode)
                    .isCloseTo(value, within(1e-6 * value));
        }
    }

    @Test
    void plainPyTorchInBfloat16() throws Exception {
        List<String> printed = run("torch, safetensors", """
            model = Tiny().to(torch.bfloat16)
            optimizer = torch.optim.AdamW(groups(model), lr=0.01)
            save_checkpoint(model, folder, 0, optimizer)
            for step in range(1, steps + 1):
                loss(model, tokens).backward()
                optimizer.step()
                optimizer.zero_grad()
                save_checkpoint(model, folder, step, optimizer)
            singular_values()
            singular_values("embedding.weight")
            """);
        try (Stream<Path> files = Files.list(saved())) {
            assertThat(files)
                    .as("no unfinished file stays behind")
                    .hasSize(STEPS + 1)
                    .allMatch(file -> file.getFileName().toString().matches("step_0000000\\d\\.safetensors"));
        }
        Map<String, Object> analysis = analyze("--subset", "all");
        assertThat(analysis).containsEntry("learning_rate", 0.01).containsEntry("weight_decay", null);
        assertThat(analysis.get("tensors").toString())
                .contains("embedding.weight")
                .doesNotContain("head.weight");
        requireSingularValues(printed.get(0));

        Map<String, Object> matrices = analyze("--subset", "weight$", "--count-tied");
        assertThat(matrices).containsEntry("weight_decay", 0.1);
        assertThat(matrices.get("tensors").toString()).contains("head.weight");
        analyze("--subset", "all", "--count-tied");
        requireSingularValues(printed.get(1));
    }

    @Test
    void lightning() throws Exception {
        List<String> printed = run("torch, safetensors, lightning", """
            import lightning, logging, warnings
            warnings.simplefilter("ignore")
            logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)

            class Module(lightning.LightningModule):
                def __init__(self):
                    super().__init__()
                    self.model = Tiny()
                def training_step(self, batch, index):
                    return loss(self.model, batch)
                def configure_optimizers(self):
                    return torch.optim.AdamW(self.parameters(), lr=0.02, weight_decay=0.5)

            trainer = lightning.Trainer(
                max_steps=steps, accelerator="cpu", logger=False, enable_checkpointing=False,
                enable_progress_bar=False, enable_model_summary=False, accumulate_grad_batches=2,
                callbacks=[lightning_callback(folder)])
            trainer.fit(Module(), torch.utils.data.DataLoader([tokens] * (2 * steps), batch_size=None))
            singular_values()
            """);
        Map<String, Object> analysis = analyze("--subset", "all");
        assertThat(analysis)
                .containsEntry("snapshots", STEPS + 1L)
                .containsEntry("learning_rate", 0.02)
                .containsEntry("weight_decay", 0.5);
        requireSingularValues(printed.getLast());
    }

    @Test
    void huggingFaceTrainer() throws Exception {
        List<String> printed = run("torch, safetensors, transformers, accelerate", """
            import transformers
            transformers.logging.set_verbosity_error()
            config = transformers.GPT2Config(
                vocab_size=11, n_positions=8, n_embd=8, n_layer=1, n_head=2, resid_pdrop=0, embd_pdrop=0, attn_pdrop=0)
            data = [{"input_ids": tokens[i % 4], "labels": tokens[i % 4]} for i in range(8)]
            trainer = transformers.Trainer(
                model=transformers.GPT2LMHeadModel(config),
                args=transformers.TrainingArguments(
                    output_dir=folder, max_steps=steps, per_device_train_batch_size=2, learning_rate=0.01,
                    weight_decay=0.1, lr_scheduler_type="constant", logging_steps=1, save_strategy="no",
                    report_to=[], use_cpu=True, disable_tqdm=True),
                train_dataset=data,
                callbacks=[trainer_callback(folder, every=1)])
            trainer.train()
            singular_values()
            trainer.save_state()
            """);
        Map<String, Object> analysis = analyze("--subset", "all");
        assertThat(analysis).containsEntry("snapshots", STEPS + 1L).containsEntry("learning_rate", 0.01);
        assertThat(analyze("--subset", "attention")).containsEntry("weight_decay", 0.1);
        assertThat(CsvReader.read(folder.resolve("out/metrics.csv")).column("train_loss"))
                .as("what the Trainer logged is found by itself")
                .hasSize(STEPS);
        analyze("--subset", "all");
        requireSingularValues(printed.stream()
                .filter(line -> line.matches("[\\d.e -]+"))
                .toList()
                .getLast());
    }
}
