/* The one header that jextract reads for package dev.spectraledge.bindings.raw.cusolver. */
#include <cusolverDn.h>
