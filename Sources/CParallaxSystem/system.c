#define _GNU_SOURCE
#include "parallax_system.h"

#include <errno.h>

#ifdef __linux__
#include <sched.h>
#include <sys/prctl.h>

int parallax_set_parent_death_signal(int signal) {
  return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0);
}

int parallax_enter_network_namespace(int descriptor) {
  return setns(descriptor, CLONE_NEWNET);
}
#else
int parallax_set_parent_death_signal(int signal) {
  (void)signal;
  return 0;
}

int parallax_enter_network_namespace(int descriptor) {
  (void)descriptor;
  errno = ENOSYS;
  return -1;
}
#endif
