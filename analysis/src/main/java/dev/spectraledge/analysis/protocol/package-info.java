/** What the papers chose of each experiment for each task: a table, to which a new task adds its rows and no code. */
package dev.spectraledge.analysis.protocol;
