// What Swift cannot import from libssh2.h by itself: function-like macros and casts of function pointers; and a few things
// of Linux that its loops and threads need and Swift's Glibc module leaves out.
#ifndef PARALLAX_CLIBSSH2_SHIM_H
#define PARALLAX_CLIBSSH2_SHIM_H

#include <libssh2.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <time.h>

// POLLRDHUP, which glibc's poll.h shows to _GNU_SOURCE only: the peer has closed its side.
enum { parallax_pollrdhup = 0x2000 };

// Joins a thread, or gives up at an instant of CLOCK_REALTIME; glibc's pthread.h shows it to _GNU_SOURCE only.
extern int pthread_timedjoin_np(pthread_t thread, void **result, const struct timespec *limit);

static inline int parallax_timedjoin(pthread_t thread, const struct timespec *limit) {
  return pthread_timedjoin_np(thread, 0, limit);
}

typedef ssize_t (*parallax_ssh2_send)(libssh2_socket_t socket, const void *buffer, size_t length, int flags,
                                      void **abstract);
typedef ssize_t (*parallax_ssh2_recv)(libssh2_socket_t socket, void *buffer, size_t length, int flags,
                                      void **abstract);
typedef void (*parallax_ssh2_disconnect)(LIBSSH2_SESSION *session, int reason, const char *message,
                                         int message_length, const char *language, int language_length,
                                         void **abstract);

// Hands libssh2's input and output, and the server's farewell, to the caller: libssh2 then never touches the socket.
static inline void parallax_ssh2_set_transport(LIBSSH2_SESSION *session, parallax_ssh2_send send,
                                               parallax_ssh2_recv recv, parallax_ssh2_disconnect disconnect) {
  libssh2_session_callback_set(session, LIBSSH2_CALLBACK_SEND, (void *)send);
  libssh2_session_callback_set(session, LIBSSH2_CALLBACK_RECV, (void *)recv);
  libssh2_session_callback_set(session, LIBSSH2_CALLBACK_DISCONNECT, (void *)disconnect);
}

static inline LIBSSH2_CHANNEL *parallax_ssh2_open_session_channel(LIBSSH2_SESSION *session) {
  return libssh2_channel_open_session(session);
}

static inline int parallax_ssh2_exec(LIBSSH2_CHANNEL *channel, const char *command, unsigned int length) {
  return libssh2_channel_process_startup(channel, "exec", sizeof("exec") - 1, command, length);
}

static inline int parallax_ssh2_disconnect_politely(LIBSSH2_SESSION *session) {
  return libssh2_session_disconnect(session, "done");
}

#endif
