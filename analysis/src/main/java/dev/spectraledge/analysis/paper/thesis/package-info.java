/** The paper "The Spectral Edge Thesis" (arXiv 2603.28964): its resources. */
package dev.spectraledge.analysis.paper.thesis;
