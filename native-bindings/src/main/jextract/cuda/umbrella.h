/* The one header that jextract reads for package dev.spectraledge.bindings.raw.cuda. */
#include <cuda.h>

/* Drivers before 12.8 have only this form; the header maps its name to the later one. */
#undef cuEventElapsedTime
CUresult CUDAAPI cuEventElapsedTime(float *pMilliseconds, CUevent hStart, CUevent hEnd);
