/** Texts as files of tokens: where documents come from, and how a corpus is written and found again. */
package dev.spectraledge.trainer.corpus;
