/**
 * Published work, reproduced: the runs of a paper are trained, every experiment is made on them, and each number that was
 * published is set beside ours and judged, on one page and in one table. What was published lies in resources, not in code.
 */
package dev.spectraledge.analysis.paper;
