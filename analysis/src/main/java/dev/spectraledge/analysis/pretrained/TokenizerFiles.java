package dev.spectraledge.analysis.pretrained;

import dev.spectraledge.trainer.io.Json;
import dev.spectraledge.trainer.tokenizer.BytePairTokenizer;
import dev.spectraledge.trainer.tokenizer.Tokenizer;
import dev.spectraledge.trainer.tokenizer.TokenizerJson;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What {@code transformers} reads beside the weights of a language model to turn texts into its tokens and back. */
final class TokenizerFiles {
    static final String TOKENIZER = "tokenizer.json";
    private static final String SETTINGS = "tokenizer_config.json";

    private TokenizerFiles() {}

    /** @param positions longest text that the model reads, in tokens */
    static void write(Path folder, Tokenizer tokenizer, int positions) {
        TokenizerJson.write(folder.resolve(TOKENIZER), tokenizer);
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("tokenizer_class", "PreTrainedTokenizerFast");
        settings.put("model_max_length", positions);
        settings.put("clean_up_tokenization_spaces", false);
        if (tokenizer instanceof BytePairTokenizer) {
            String end = new String(tokenizer.bytes(tokenizer.endOfText()), StandardCharsets.UTF_8);
            settings.put("bos_token", end);
            settings.put("eos_token", end);
        }
        Json.write(folder.resolve(SETTINGS), settings);
    }
}
