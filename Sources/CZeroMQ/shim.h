// libzmq's plain header, from the system's libzmq3-dev, and the eventfd that interrupts a zmq_poll: Swift's Glibc module
// leaves it out.
#include <sys/eventfd.h>
#include <zmq.h>
