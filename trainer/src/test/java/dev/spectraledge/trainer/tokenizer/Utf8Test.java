package dev.spectraledge.trainer.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Utf8Test {
    /** What the platform's decoder finds. */
    private static int expected(byte... text) {
        for (int end = 0; end <= text.length; end++) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text, 0, text.length - end));
                return text.length - end;
            } catch (CharacterCodingException invalid) {
                // Shorter, then.
            }
        }
        throw new IllegalStateException("nothing is valid");
    }

    @Test
    void validIsWhatThePlatformDecodes() {
        byte[] interesting = {
            'a',
            (byte) 0x80,
            (byte) 0xbf,
            (byte) 0xc0,
            (byte) 0xc1,
            (byte) 0xc2,
            (byte) 0xdf,
            (byte) 0xe0,
            (byte) 0x9f,
            (byte) 0xa0,
            (byte) 0xed,
            (byte) 0xef,
            (byte) 0xf0,
            (byte) 0x8f,
            (byte) 0x90,
            (byte) 0xf4,
            (byte) 0xf5,
            (byte) 0xff
        };
        Random random = new Random(1);
        for (int number = 0; number < 200_000; number++) {
            byte[] text = new byte[1 + random.nextInt(5)];
            for (int index = 0; index < text.length; index++) {
                text[index] = interesting[random.nextInt(interesting.length)];
            }
            assertThat(Utf8.firstInvalid(text, 0, text.length))
                    .as(Arrays.toString(text))
                    .isEqualTo(expected(text));
        }
    }

    @Test
    void theBeginningOfACharacterIsKnown() {
        for (String character : new String[] {"ß", "€", "字", "😀", "퟿", "\ue000", "\udbff\udfff"}) {
            byte[] bytes = character.getBytes(StandardCharsets.UTF_8);
            for (int end = 1; end < bytes.length; end++) {
                assertThat(Utf8.isBeginning(bytes, 0, end)).isTrue();
            }
        }
        byte[][] never = {
            {(byte) 0x80},
            {(byte) 0xc0},
            {(byte) 0xe0, (byte) 0x9f},
            {(byte) 0xed, (byte) 0xa0},
            {(byte) 0xf4, (byte) 0x90},
            {(byte) 0xe2, 'a'},
            {'a'},
            {}
        };
        for (byte[] bytes : never) {
            assertThat(Utf8.isBeginning(bytes, 0, bytes.length))
                    .as(Arrays.toString(bytes))
                    .isFalse();
        }
    }
}
