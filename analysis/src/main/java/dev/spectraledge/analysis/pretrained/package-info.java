/**
 * Language models of other programs as {@link dev.spectraledge.trainer.model.GptArchitecture}, and back: a {@link
 * dev.spectraledge.analysis.pretrained.ModelFamily} knows the settings, names and layouts of one kind of models of Hugging
 * Face's.
 */
package dev.spectraledge.analysis.pretrained;
