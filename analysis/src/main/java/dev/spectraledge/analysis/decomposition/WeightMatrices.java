package dev.spectraledge.analysis.decomposition;

import dev.spectraledge.analysis.offline.ChosenTensors;
import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.PhiloxKey;
import dev.spectraledge.kernels.Tensor;
import dev.spectraledge.kernels.Workers;
import dev.spectraledge.kernels.linalg.DenseFactorizations;
import dev.spectraledge.kernels.linalg.LowRankApproximation;
import dev.spectraledge.kernels.linalg.RandomizedSvd;
import dev.spectraledge.trainer.RunException;
import dev.spectraledge.trainer.io.Printable;
import dev.spectraledge.trainer.io.SafetensorsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The matrices of safetensors files, one after the other, each by {@link RandomizedSvd}. */
final class WeightMatrices {
    private static final int OVERSAMPLING = 10;
    /** A matrix with no more rows or columns is decomposed whole: a smaller basis would save little and say less. */
    private static final int DECOMPOSED_WHOLE = 512;

    private static final int POWER_ITERATIONS = 2;

    private final DecompositionSettings settings;
    private final Backend backend;
    private final Workers workers;
    private final DenseFactorizations factorizations;
    private final MemoryLimit limit;
    private final List<CertifiedSpectrum> spectra = new ArrayList<>();
    private final Map<String, Map<String, String>> leftOut = new LinkedHashMap<>();

    WeightMatrices(
            DecompositionSettings settings,
            Backend backend,
            Workers workers,
            DenseFactorizations factorizations,
            MemoryLimit limit) {
        this.settings = settings;
        this.backend = backend;
        this.workers = workers;
        this.factorizations = factorizations;
        this.limit = limit;
    }

    DecompositionResult decompose() {
        for (Path path : settings.files()) {
            try (SafetensorsFile file = SafetensorsFile.open(path)) {
                decompose(file);
            }
        }
        return new DecompositionResult(spectra, leftOut);
    }

    private void decompose(SafetensorsFile file) {
        ChosenTensors chosen = SubsetNames.of(settings.subset(), file);
        Map<String, String> reasons = chosen.leftOut();
        List<String> matrices = new ArrayList<>();
        for (String name : chosen.selected()) {
            long[] shape = file.shape(name);
            if (shape.length == 2 && shape[0] > 0 && shape[1] > 0) {
                matrices.add(name);
            } else {
                reasons.put(name, "no matrix: its shape is " + Arrays.toString(shape));
            }
        }
        if (matrices.isEmpty()) {
            throw new RunException(file.path() + ": has no matrix in the "
                    + settings.subset().key() + " subset, only tensors of other shapes");
        }
        leftOut.put(file.path().toString(), reasons);
        for (String name : matrices) {
            decompose(file, name);
        }
    }

    private void decompose(SafetensorsFile file, String name) {
        long[] shape = file.shape(name);
        String shown = (settings.files().size() > 1 ? file.path().getFileName() + ": " : "") + Printable.value(name);
        long narrow = Math.min(shape[0], shape[1]);
        int oversampling = narrow <= DECOMPOSED_WHOLE ? DECOMPOSED_WHOLE : OVERSAMPLING;
        long columns = Math.min(narrow, settings.rank() + (long) oversampling);
        double element = file.type(name).memoryType().bytes();
        limit.require(
                element * Math.max(shape[0], shape[1]) * (narrow + 3.0 * columns),
                "tensor '" + Printable.value(name) + "' of " + file.path());
        file.requireMeasurable(name);
        try (MemoryOwner owner = MemoryOwner.open("singular value decomposition")) {
            Tensor matrix = backend.allocate(owner, file.type(name).memoryType(), shape);
            read(file, name, matrix);
            LowRankApproximation svd = new RandomizedSvd(backend, workers, factorizations)
                    .decompose(
                            owner,
                            matrix,
                            new RandomizedSvd.Parameters(
                                    settings.rank(),
                                    oversampling,
                                    POWER_ITERATIONS,
                                    true,
                                    new PhiloxKey(settings.seed(), 0)));
            spectra.add(certified(shown, shape, svd, svd.frobeniusResidual(backend, workers, matrix)));
        }
    }

    private void read(SafetensorsFile file, String name, Tensor matrix) {
        if (!matrix.isOnDevice()) {
            file.copyTo(name, matrix);
            return;
        }
        try (MemoryOwner staging = MemoryOwner.open("matrix on its way to a device")) {
            backend.copy(file.read(staging, name), matrix);
        }
    }

    private CertifiedSpectrum certified(String name, long[] shape, LowRankApproximation svd, double residual) {
        int count = (int) svd.singularValues().size(0);
        double[] values = new double[count];
        double[] lower = new double[count];
        double[] upper = new double[count];
        for (int index = 0; index < count; index++) {
            values[index] = svd.singularValues().get(index);
            lower[index] = svd.lowerBound(index);
            upper[index] = svd.upperBound(index);
        }
        Map<String, Object> certificate = new LinkedHashMap<>();
        certificate.put("frobenius_residual", residual);
        certificate.put("spectral_residual_bound", svd.spectralResidualBound());
        certificate.put("failure_probability", LowRankApproximation.FAILURE_PROBABILITY);
        certificate.put("rounding_error", svd.roundingError());
        certificate.put("householder_factorisations", svd.householderFactorisations());
        return new CertifiedSpectrum(name, shape[0], shape[1], values, lower, upper, svd.frobeniusNorm(), certificate);
    }
}
