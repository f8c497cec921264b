/**
 * The CPU backend: most products by OpenBLAS, everything else by the Vector API on raw addresses.
 *
 * <p><b>One source for two types.</b> The kernels {@code Float*} are written for float. The build copies them to {@code
 * Double*} and replaces {@code float} by {@code double}, {@code Float} by {@code Double} and literals such as {@code
 * 0.5f} by {@code 0.5d} (see the antrun execution {@code double-kernels} in the module's pom). What depends on the
 * precision itself, the elementary functions and their coefficients, is written by hand for each: {@link
 * dev.spectraledge.kernels.cpu.FloatMath} and {@link dev.spectraledge.kernels.cpu.DoubleMath}.
 *
 * <p><b>Bounds.</b> Kernels work on addresses inside one segment that spans all memory, so that the compiler has nothing
 * to check in a loop. {@link dev.spectraledge.kernels.OperandChecks} has checked the operands before a kernel runs, and
 * kernels check every row number that they read from memory.
 *
 * <p><b>No boxed vectors.</b> A vector is an object until the compiler has inlined every call that it is passed to, and the
 * compiler stops inlining our methods (not those of the Vector API) in a method that has grown too large, 40 or so
 * vector operations. Hence no method here takes or returns a vector: kernels pass addresses, reductions go through a
 * vector of scratch, and functions are passes over rows in the first-level cache. A kernel of more than 325 bytes of
 * bytecode is not inlined into its callers, which keeps both small enough.
 *
 * <p><b>The same bits always.</b> Sums across the lanes of a vector follow a fixed tree ({@link
 * dev.spectraledge.kernels.cpu.FloatLanes#sum}): the order of {@code reduceLanes} differs between the interpreter and
 * the compiled code, and would make a result depend on when the compiler ran.
 */
package dev.spectraledge.kernels.cpu;
