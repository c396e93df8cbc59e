#ifndef PARALLAX_SYSTEM_H
#define PARALLAX_SYSTEM_H
// What Swift cannot name: system calls that glibc shows only to _GNU_SOURCE, and instructions of the processor.

#include <stddef.h>
#include <stdint.h>

/// Moves the calling thread, and no other, into the network namespace that `descriptor` (an open file of /run/netns)
/// stands for. Returns 0, or -1 with errno set (ENOSYS where there are no namespaces).
int parallax_enter_network_namespace(int descriptor);

/// Goes on with a CRC-32C (Castagnoli, reflected, not inverted) over so many bytes by the processor's own instruction.
/// Call it only where there is one.
uint32_t parallax_crc32c(uint32_t crc, const void *bytes, size_t count);

/// Whether the processor has an instruction for it.
int parallax_has_crc32c(void);

#endif
