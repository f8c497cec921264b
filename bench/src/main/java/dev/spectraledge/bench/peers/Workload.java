package dev.spectraledge.bench.peers;

import dev.spectraledge.bench.BenchmarkData;
import dev.spectraledge.bench.dyck.DyckTraining;
import dev.spectraledge.bench.gpt.GptTraining;
import dev.spectraledge.bench.modular.ModularTraining;
import dev.spectraledge.bench.scan.ScanTraining;
import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.trainer.data.Batching;
import dev.spectraledge.trainer.data.Examples;
import dev.spectraledge.trainer.data.LabelledSequences;
import dev.spectraledge.trainer.data.SplitData;
import dev.spectraledge.trainer.step.TrainingSetup;
import dev.spectraledge.trainer.task.scan.ScanTokens;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;

/** The trainings whose step is compared. */
enum Workload {
    /** Dyck-1: a target for each token of long sequences in a small batch. */
    DYCK("One training step, Dyck-1, 273,421 parameters, 50 x 24 tokens, float32") {
        @Override
        List<Batching> layouts() {
            return List.of(Batching.PREFIXES, Batching.DEDUPLICATED, Batching.PACKED, Batching.PADDED);
        }

        @Override
        List<String> pytorchVariants() {
            return List.of("eager");
        }

        @Override
        List<String> jaxVariants() {
            return List.of("jit", "scan");
        }

        @Override
        TrainingSetup setup(StepInputs inputs, Batching batching) {
            try (MemoryOwner owner = MemoryOwner.open("training rows")) {
                Examples train = LabelledSequences.ofLabelledTokens(
                        BenchmarkData.MEMORY,
                        "train",
                        integers(owner, inputs.tokens()),
                        integers(owner, inputs.labels()),
                        DyckTraining.VOCABULARY,
                        DyckTraining.CLASSES);
                return DyckTraining.setup(new SplitData(train, train), batching, SEED);
            }
        }
    },
    /** Modular addition: a target for each pair of tokens in a large batch. */
    MODULAR("One training step, addition modulo 97, 290,401 parameters, 512 x 2 tokens, float32") {
        @Override
        List<Batching> layouts() {
            // No sequence is shorter than the others, so padding would change nothing.
            return List.of(Batching.DEDUPLICATED, Batching.PACKED);
        }

        @Override
        TrainingSetup setup(StepInputs inputs, Batching batching) {
            try (MemoryOwner owner = MemoryOwner.open("training rows")) {
                Examples train = LabelledSequences.ofLabelledSequences(
                        BenchmarkData.MEMORY,
                        "train",
                        integers(owner, inputs.tokens()),
                        integers(owner, inputs.labels()),
                        ModularTraining.PRIME,
                        ModularTraining.PRIME);
                return ModularTraining.setup(new SplitData(train, train), batching, DType.FLOAT32, SEED);
            }
        }
    },
    /** SCAN: an encoder–decoder, most of whose rows are padding where they are not packed. */
    SCAN("One training step, SCAN, 3,979,529 parameters, 256 x (11 + 50) tokens, float32") {
        @Override
        List<Batching> layouts() {
            return List.of(Batching.DEDUPLICATED, Batching.PACKED, Batching.PADDED);
        }

        @Override
        StepTournament.Plan full() {
            return OF_LONG_STEPS;
        }

        @Override
        StepTournament.Plan quick() {
            return FEW_OF_LONG_STEPS;
        }

        @Override
        List<ThreadConfiguration> worthMeasuring(List<ThreadConfiguration> threads) {
            return ofAllProcessors(threads);
        }

        @Override
        TrainingSetup setup(StepInputs inputs, Batching batching) {
            try (MemoryOwner owner = MemoryOwner.open("training rows")) {
                Examples train = ScanTokens.dataset(
                        BenchmarkData.MEMORY,
                        "train",
                        integers(owner, inputs.sources()),
                        integers(owner, inputs.tokens()),
                        integers(owner, inputs.labels()),
                        true);
                return ScanTraining.setup(new SplitData(train, train), batching, SEED);
            }
        }
    },
    /** A language model of bytes. */
    NANO("One training step, GPT of bytes, 837,888 parameters, 32 x 128 tokens, float32", GptTraining.NANO),
    /** A language model of byte pairs. */
    SMALL("One training step, GPT, 3,101,568 parameters, 16 x 256 tokens, float32", GptTraining.SMALL),
    /** The published language model. */
    GPT51M("One training step, GPT, 51,045,888 parameters, 8 x 256 tokens, float32", GptTraining.GPT51M) {
        @Override
        boolean isLarge() {
            return true;
        }
    },
    /** GPT-2. */
    GPT2("One training step, GPT-2, 124,439,808 parameters, 4 x 64 tokens, float32", GptTraining.GPT2) {
        @Override
        boolean isLarge() {
            return true;
        }
    };

    private static final long SEED = 42;
    /** Where a step takes a good part of a second. */
    private static final StepTournament.Plan OF_LONG_STEPS = new StepTournament.Plan(6000, 6, 4, 1);

    private static final StepTournament.Plan FEW_OF_LONG_STEPS = new StepTournament.Plan(1500, 3, 2, 1);

    /** Where a step takes a second or more, and every contestant some gigabytes. */
    private static final StepTournament.Plan OF_LARGE_MODELS = new StepTournament.Plan(10_000, 6, 3, 1);

    private static final StepTournament.Plan FEWEST_STEPS = new StepTournament.Plan(0, 1, 1, 0);

    private final String title;
    /** Null for those that are no language model. */
    private final GptTraining gpt;

    Workload(String title) {
        this(title, null);
    }

    Workload(String title, GptTraining gpt) {
        this.title = title;
        this.gpt = gpt;
    }

    /** Layouts of a batch in which our engine takes part; windows are all of one length. */
    List<Batching> layouts() {
        return List.of(Batching.PACKED);
    }

    /** Whether a step takes so long, and so much memory, that fewer take part and fewer steps are compared. */
    boolean isLarge() {
        return false;
    }

    /** Steps whose losses are compared with the reference's before anything is timed. */
    int verifiedSteps() {
        return isLarge() ? StepTournament.VERIFIED_STEPS_OF_LARGE_MODELS : StepTournament.VERIFIED_STEPS;
    }

    /** How PyTorch computes the step. */
    List<String> pytorchVariants() {
        return isLarge()
                ? List.of("fused", "compiled-fused", "compiled-fused-bfloat16")
                : List.of("eager", "fused", "compiled", "compiled-fused");
    }

    /** How JAX computes the step; none where it does not take part. */
    List<String> jaxVariants() {
        return gpt == null ? List.of() : List.of("jit");
    }

    /** Begins the names of the peers' scripts. */
    String script() {
        return gpt == null ? key() : "gpt";
    }

    /** What the peers must be told of the model besides its weights. */
    Map<String, String> facts() {
        return gpt == null ? Map.of() : gpt.facts();
    }

    /** What inputs are made of where there is no reference trajectory, in double precision. */
    TrainingSetup generated() {
        return gpt == null
                ? ModularTraining.setup(ModularTraining.data(SEED), Batching.DEDUPLICATED, DType.FLOAT64, SEED)
                : gpt.setup(gpt.windows(SEED), DType.FLOAT64, SEED);
    }

    /** How much is measured for a result. */
    StepTournament.Plan full() {
        if (isLarge()) {
            return OF_LARGE_MODELS;
        }
        return gpt == null ? new StepTournament.Plan(6000, 12, 30, 3) : OF_LONG_STEPS;
    }

    /** How much is measured to see that everything runs. */
    StepTournament.Plan quick() {
        if (isLarge()) {
            return FEWEST_STEPS;
        }
        return gpt == null ? new StepTournament.Plan(1500, 3, 8, 2) : FEW_OF_LONG_STEPS;
    }

    /** Of the thread configurations of a contestant, from few to many, those among which the best one can be. */
    List<ThreadConfiguration> worthMeasuring(List<ThreadConfiguration> threads) {
        return gpt == null ? threads : ofAllProcessors(threads);
    }

    /** A long step is so much work that nobody is faster with fewer processors. */
    private static List<ThreadConfiguration> ofAllProcessors(List<ThreadConfiguration> threads) {
        return List.of(threads.getLast());
    }

    /** What our engine trains; nothing is evaluated, so the training set stands for the test set. */
    TrainingSetup setup(StepInputs inputs, Batching batching) {
        try (MemoryOwner owner = MemoryOwner.open("training rows")) {
            Examples windows = LabelledSequences.ofLabelledTokens(
                    BenchmarkData.MEMORY,
                    "train",
                    integers(owner, inputs.tokens()),
                    integers(owner, inputs.labels()),
                    gpt.vocabulary(),
                    gpt.vocabulary());
            return gpt.setup(windows, DType.FLOAT32, SEED);
        }
    }

    /** Name on the command line. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Heading of reports. */
    String title() {
        return title;
    }

    /** Our engine in its layouts of a batch, then the peers on the class path. */
    List<StepContestantProvider> providers() {
        List<StepContestantProvider> providers = new ArrayList<>();
        layouts().forEach(layout -> providers.add(new SpectralEdgeProvider(this, layout)));
        for (StepContestantProvider peer : ServiceLoader.load(StepContestantProvider.class)) {
            if (peer.workload().equals(key())) {
                providers.add(peer);
            }
        }
        return providers;
    }

    private static Tensor integers(MemoryOwner owner, int[][] rows) {
        Tensor tensor = Tensor.allocate(owner, DType.INT32, rows.length, rows[0].length);
        for (int row = 0; row < rows.length; row++) {
            MemorySegment.copy(rows[row], 0, tensor.run(row).segment(), ValueLayout.JAVA_INT, 0, rows[row].length);
        }
        return tensor;
    }
}
