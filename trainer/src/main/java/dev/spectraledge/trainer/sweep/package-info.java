/** Many runs from one file: planned once, computed by any number of processes and machines, each run in its own directory. */
package dev.spectraledge.trainer.sweep;
