#include "parallax_system.h"

#ifdef __x86_64__
#include <nmmintrin.h>
#include <string.h>

int parallax_has_crc32c(void) { return __builtin_cpu_supports("sse4.2") != 0; }

__attribute__((target("sse4.2")))
uint32_t parallax_crc32c(uint32_t crc, const void *bytes, size_t count) {
  const unsigned char *next = bytes;
  uint64_t state = crc;
  for (; count >= 8; count -= 8, next += 8) {
    uint64_t word;
    memcpy(&word, next, 8);
    state = _mm_crc32_u64(state, word);
  }
  for (; count > 0; count--) state = _mm_crc32_u8((uint32_t)state, *next++);
  return (uint32_t)state;
}
#else
int parallax_has_crc32c(void) { return 0; }

uint32_t parallax_crc32c(uint32_t crc, const void *bytes, size_t count) {
  (void)bytes;
  (void)count;
  return crc;
}
#endif
