#define _GNU_SOURCE
#include "parallax_system.h"

#ifdef __linux__
#include <sched.h>

int parallax_enter_network_namespace(int descriptor) {
  return setns(descriptor, CLONE_NEWNET);
}
#else
#include <errno.h>

int parallax_enter_network_namespace(int descriptor) {
  (void)descriptor;
  errno = ENOSYS;
  return -1;
}
#endif
