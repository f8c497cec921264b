/**
 * The paper "The Lifecycle of the Spectral Edge" (arXiv 2604.07380): its resources, and its universality classes, by a rule
 * that the paper leaves open.
 */
package dev.spectraledge.analysis.paper.lifecycle;
