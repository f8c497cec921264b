/** Leading singular values of large matrices, beside what other libraries take for them. */
package dev.spectraledge.bench.svd;
