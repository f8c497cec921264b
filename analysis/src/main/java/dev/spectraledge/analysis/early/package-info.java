/** Where windows lie with respect to grokking. */
package dev.spectraledge.analysis.early;
