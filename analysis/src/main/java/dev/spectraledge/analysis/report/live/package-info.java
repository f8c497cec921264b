/** A page on this machine that grows while what it shows is computed. */
package dev.spectraledge.analysis.report.live;
