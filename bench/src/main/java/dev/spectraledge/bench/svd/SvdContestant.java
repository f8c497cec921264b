package dev.spectraledge.bench.svd;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.cpu.CpuBackend;
import dev.spectraledge.kernels.linalg.DenseFactorizations;
import dev.spectraledge.kernels.linalg.LowRankApproximation;
import dev.spectraledge.kernels.linalg.RandomizedSvd;
import dev.spectraledge.trainer.io.Json;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Our decomposition in a process of its own. Arguments: {@code plain|certified FILE ROWS COLUMNS RANK ROUNDS
 * BUDGET}. Prints one line of JSON: seconds of each round after a first one, residual, singular values, and the largest
 * resident set of the process before the residual was measured. No round begins when as many seconds have passed as the
 * budget has, and a first round that took longer counts.
 */
public final class SvdContestant {
    private static final int OVERSAMPLING = 10;
    private static final int POWER_ITERATIONS = 2;
    private static final double NANOS = 1e9;

    private SvdContestant() {}

    public static void main(String[] arguments) throws IOException {
        boolean certified = arguments[0].equals("certified");
        SvdInput input = new SvdInput(
                Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]));
        int rounds = Integer.parseInt(arguments[5]);
        double budget = Double.parseDouble(arguments[6]);
        CpuBackend backend = new CpuBackend();
        RandomizedSvd.Parameters parameters = new RandomizedSvd.Parameters(
                input.rank(), OVERSAMPLING, POWER_ITERATIONS, certified, new PhiloxKey(1, 0));
        Map<String, Object> answer = new LinkedHashMap<>();
        try (MemoryOwner mapped = MemoryOwner.open("mapped matrix");
                Arena arena = Arena.ofShared();
                Workers workers = new Workers(Runtime.getRuntime().availableProcessors())) {
            Tensor matrix = input.map(Path.of(arguments[1]), mapped, arena);
            RandomizedSvd algorithm = new RandomizedSvd(backend, workers, DenseFactorizations.LAPACK);
            List<Double> seconds = new ArrayList<>();
            double spent = 0;
            for (boolean last = false; !last; ) {
                try (MemoryOwner owner = MemoryOwner.open("decomposition")) {
                    long begin = System.nanoTime();
                    LowRankApproximation svd = algorithm.decompose(owner, matrix, parameters);
                    double taken = (System.nanoTime() - begin) / NANOS;
                    seconds.add(taken);
                    spent += taken;
                    last = seconds.size() > rounds || spent >= budget;
                    if (last) {
                        answer.put("seconds", seconds.size() == 1 ? seconds : seconds.subList(1, seconds.size()));
                        answer.put("peak_bytes", peakBytes());
                        answer.put("residual", svd.frobeniusResidual(backend, workers, matrix));
                        answer.put("norm", svd.frobeniusNorm());
                        answer.put("householder_factorisations", svd.householderFactorisations());
                        if (certified) {
                            answer.put("spectral_residual_bound", svd.spectralResidualBound());
                        }
                        answer.put("singular_values", values(svd.singularValues()));
                    }
                }
            }
        }
        System.out.println(Json.compact(answer));
    }

    private static List<Double> values(Tensor tensor) {
        List<Double> values = new ArrayList<>();
        for (long index = 0; index < tensor.size(0); index++) {
            values.add(tensor.type() == DType.FLOAT64 ? tensor.getDouble(index) : tensor.get(index));
        }
        return values;
    }

    /** The high-water mark of the resident set. */
    private static double peakBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(Double.NaN);
    }
}
