package dev.spectraledge.analysis.paper;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EmbeddedSvgTest {
    @Test
    void theHeadGoesAndNamesBecomeUnique() {
        String document = """
            <?xml version="1.0"?>
            <svg><style>.a{fill:red}</style><clipPath id="clip-share-0"/><g clip-path="url(#clip-share-0)"/></svg>
            """;
        assertThat(EmbeddedSvg.of(document, "f3"))
                .isEqualTo("<svg><clipPath id=\"f3-clip-share-0\"/><g clip-path=\"url(#f3-clip-share-0)\"/></svg>");
    }
}
