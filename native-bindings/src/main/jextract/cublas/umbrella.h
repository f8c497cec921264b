/* The one header that jextract reads for package dev.spectraledge.bindings.raw.cublas. */
#include <cublas_v2.h>
