package dev.spectraledge.kernels.reference;

import dev.spectraledge.kernels.Backend;
import dev.spectraledge.kernels.BackendContract;

class ReferenceBackendTest extends BackendContract {
    @Override
    public Backend backend() {
        return new ReferenceBackend();
    }
}
