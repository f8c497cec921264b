package dev.spectraledge.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.bindings.raw.cusolver.cusolver_h;
import org.junit.jupiter.api.Test;

class CuSolverStatusTest {
    @Test
    void aStatusHasItsNameAndMeaning() {
        int code = cusolver_h.CUSOLVER_STATUS_NOT_INITIALIZED();
        assertThat(CuSolverStatus.name(code)).isEqualTo("CUSOLVER_STATUS_NOT_INITIALIZED");
        assertThat(CuSolverStatus.text(code)).contains("driver");
    }

    @Test
    void anUnknownStatusKeepsItsNumber() {
        assertThat(CuSolverStatus.name(77)).isEqualTo("CUSOLVER_STATUS_77");
        assertThat(CuSolverStatus.text(77)).isEqualTo("unknown status");
    }
}
