/** What a run's own tables and weights say about the course of its training. */
package dev.spectraledge.analysis.experiment.course;
