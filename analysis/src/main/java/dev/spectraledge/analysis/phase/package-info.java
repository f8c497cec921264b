/** When a run groks, and the moments of it that are looked at. */
package dev.spectraledge.analysis.phase;
