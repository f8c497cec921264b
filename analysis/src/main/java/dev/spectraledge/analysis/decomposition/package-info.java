/** Leading singular values of matrices that are in files already, and of trajectories of files, with bounds of their errors. */
package dev.spectraledge.analysis.decomposition;
