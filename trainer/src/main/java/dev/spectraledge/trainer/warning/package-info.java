/**
 * Detectors: rules that look at a run's rows in order, know nothing of later ones, and fire once. All of them, with their
 * numbers, stand in {@code detectors.json}.
 */
package dev.spectraledge.trainer.warning;
