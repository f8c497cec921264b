/* The one header that jextract reads for package dev.spectraledge.bindings.raw.lapacke. */
#include <lapacke.h>
