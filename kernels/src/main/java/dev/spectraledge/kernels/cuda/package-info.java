/**
 * The CUDA backend: products by cuBLAS, everything else by kernels that NVRTC compiles on the user's machine for the
 * device that is there, factorisations by cuSOLVER.
 *
 * <p><b>Kernels.</b> The sources are resources of this package, {@code *.cu}, one for each kind of operation as in the CPU
 * backend. They include no header of CUDA or of the host, and are compiled twice, with {@code REAL} as float and as
 * double. {@link dev.spectraledge.kernels.cuda.Cubins} keeps the results in the user's cache folder.
 *
 * <p><b>Order.</b> Work goes to one stream: operations are done in the order of their calls, results stay on the device, and
 * nothing waits except {@code synchronize}, copies between host and device, and access to single elements. The gradients of
 * weights and biases alone, which nothing in a backward pass waits for, run in a second stream beside it, until what they are
 * made of is about to be overwritten or something else than a backward is called: see
 * {@link dev.spectraledge.kernels.cuda.DeferredWork}.
 *
 * <p><b>Recording.</b> Between the begin and the end of a recording the stream notes the launches in a CUDA graph. A graph
 * repeats addresses and numbers, hence whatever changes from step to step is read from device memory by the kernels: the
 * slot of a ring from its counter, the hyperparameters, the boundaries of sequences from their table. The number of rows
 * is a number, and stays as it was recorded.
 *
 * <p><b>The same bits always.</b> No kernel adds floats by atomic operations. Sums over a whole run are made of the blocks'
 * parts, in their order, by whichever block finishes last; cuBLAS has a workspace for each stream.
 *
 * <p><b>Wide accesses.</b> What memory bounds goes by 16 bytes at once wherever all operands of a launch begin at a multiple of
 * 16 bytes. Flat vectors of several runs therefore have room between the runs.
 *
 * <p><b>Threads.</b> One thread at a time uses a device; which one may change.
 */
package dev.spectraledge.kernels.cuda;
