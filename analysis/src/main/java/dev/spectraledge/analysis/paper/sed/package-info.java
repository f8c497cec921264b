/** The paper "Spectral Edge Dynamics of Training Trajectories" (arXiv 2603.15678), on small language models: its resources. */
package dev.spectraledge.analysis.paper.sed;
