package dev.spectraledge.trainer.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.spectraledge.trainer.warning.DetectorRules;
import org.junit.jupiter.api.Test;

class PreregistrationTest {
    /** FIPS 180-4: the digest of the message "abc". */
    private static final String OF_ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @Test
    void aChangeOfTheTextChangesTheHash() {
        Preregistration file = new Preregistration("claims", "abc");
        assertThat(file.hash()).isEqualTo(OF_ABC).isNotEqualTo(new Preregistration("claims", "abd").hash());
        assertThat(file.key()).isEqualTo("claims_hash");
        assertThat(file.description()).isEqualTo("SHA-256 of claims.json: " + OF_ABC);
    }

    @Test
    void theDetectorsAreOne() {
        assertThat(Preregistration.read(DetectorRules.class, "detectors")).isEqualTo(DetectorRules.file());
    }
}
