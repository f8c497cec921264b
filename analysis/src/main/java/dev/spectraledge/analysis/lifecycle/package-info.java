/**
 * The paper "The Lifecycle of the Spectral Edge" (arXiv 2604.07380), reproduced: its runs are trained, every experiment is
 * made on them, and each number that was published is set beside ours and judged, on one page and in one table. What was
 * published lies in resources, not in code.
 */
package dev.spectraledge.analysis.lifecycle;
