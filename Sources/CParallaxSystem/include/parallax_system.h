#ifndef PARALLAX_SYSTEM_H
#define PARALLAX_SYSTEM_H
// The few system calls that Swift cannot import, since glibc shows them only to _GNU_SOURCE.

/// Moves the calling thread, and no other, into the network namespace that `descriptor` (an open file of /run/netns)
/// stands for. Returns 0, or -1 with errno set (ENOSYS where there are no namespaces).
int parallax_enter_network_namespace(int descriptor);

#endif
