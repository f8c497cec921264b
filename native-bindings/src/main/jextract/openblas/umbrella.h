/* The one header that jextract reads for package dev.spectraledge.bindings.raw.openblas. */
#include <cblas.h>
