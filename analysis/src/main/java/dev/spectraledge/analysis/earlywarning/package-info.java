/**
 * How early detectors warn of an event in training, and how often they are wrong, over many runs: leads, alarms in runs in
 * which nothing comes, and the area under the ROC curve among runs of the same age.
 */
package dev.spectraledge.analysis.earlywarning;
