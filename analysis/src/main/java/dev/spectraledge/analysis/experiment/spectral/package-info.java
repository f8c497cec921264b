/** The claims of the Spectral Edge Thesis about spectra of windows, each as published and with a control that could refute it. */
package dev.spectraledge.analysis.experiment.spectral;
