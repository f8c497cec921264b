/**
 * The balance of gradient and weight decay at the edge, the gap-flow equation term by term, and which universality class a
 * task belongs to by its seeds (thesis §14, Lifecycle §4.27).
 */
package dev.spectraledge.analysis.experiment.flow;
