/** Text as tokens and back: bytes, and byte-level byte-pair encoding as of GPT-2, trained here or read from files. */
package dev.spectraledge.trainer.tokenizer;
