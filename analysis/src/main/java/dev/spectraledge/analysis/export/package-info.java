/** The tables of a run in the formats of other programs. */
package dev.spectraledge.analysis.export;
