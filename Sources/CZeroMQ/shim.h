// libzmq's plain header, from the system's libzmq3-dev, and the eventfd that interrupts a zmq_poll: Swift's Glibc module
// leaves it out.
#include <sys/eventfd.h>
#include <zmq.h>

// mallopt, which Swift's own module of the C library leaves out.
#include <malloc.h>
