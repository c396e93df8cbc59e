#pragma once
#include <zlib.h>

// A macro, which Swift does not import. 16 more window bits mean gzip's framing and no other (zlib.h, inflateInit2).
static inline int parallax_inflate_init_gzip(z_stream *stream) { return inflateInit2(stream, MAX_WBITS + 16); }
