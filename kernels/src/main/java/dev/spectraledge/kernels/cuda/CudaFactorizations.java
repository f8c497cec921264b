package dev.spectraledge.kernels.cuda;

import dev.spectraledge.kernels.DType;
import dev.spectraledge.kernels.MemoryOwner;
import dev.spectraledge.kernels.linalg.DenseFactorizations;

/** The dense factorisations of cuSOLVER on one device. */
public final class CudaFactorizations implements DenseFactorizations {
    private final CudaBackend backend;

    public CudaFactorizations(CudaBackend backend) {
        this.backend = backend;
    }

    @Override
    public Qr qr(MemoryOwner owner, DType type, int rows, int columns) {
        return new CudaQr(backend, owner, type, rows, columns);
    }

    @Override
    public Svd svd(MemoryOwner owner, DType type, int rows, int columns) {
        return new CudaSvd(backend, owner, type, rows, columns);
    }
}
