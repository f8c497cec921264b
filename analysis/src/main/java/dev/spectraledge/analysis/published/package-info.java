/**
 * What others have published of a run, in numbers: read from one table by everything that sets ours beside it, and judged by
 * one rule, against the paper and against a re-run of its author's code.
 */
package dev.spectraledge.analysis.published;
