#ifndef PARALLAX_SYSTEM_H
#define PARALLAX_SYSTEM_H
// The few system calls that Swift cannot import because they are variadic (prctl).

/// Asks the kernel to send `signal` to this process when its parent dies. Returns 0, or -1 with errno set.
int parallax_set_parent_death_signal(int signal);

#endif
