/** Several runs, analyses or sweeps on one page. */
package dev.spectraledge.analysis.report.compare;
