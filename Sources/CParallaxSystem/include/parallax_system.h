#ifndef PARALLAX_SYSTEM_H
#define PARALLAX_SYSTEM_H
// The few system calls that Swift cannot import: variadic ones, and those that glibc shows only to _GNU_SOURCE.

/// Asks the kernel to send `signal` to this process when its parent dies. Returns 0, or -1 with errno set.
int parallax_set_parent_death_signal(int signal);

/// Moves the calling thread, and no other, into the network namespace that `descriptor` (an open file of /run/netns)
/// stands for. Returns 0, or -1 with errno set (ENOSYS where there are no namespaces).
int parallax_enter_network_namespace(int descriptor);

#endif
