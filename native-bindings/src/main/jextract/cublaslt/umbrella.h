/* The one header that jextract reads for package dev.spectraledge.bindings.raw.cublaslt. */
#include <cublasLt.h>
