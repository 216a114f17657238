// Bytes over a plain libzmq PUB/SUB on loopback, as messages of a mebibyte: what a broadcast is measured against.
// Usage: plain BYTES; prints megabytes a second, from the first send to the last receipt.
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

enum { message_bytes = 1 << 20 };

static void *context;
static char endpoint[256];
static size_t total;

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void *receive(void *done) {
  void *socket = zmq_socket(context, ZMQ_SUB);
  int high_water_mark = 0;
  zmq_setsockopt(socket, ZMQ_RCVHWM, &high_water_mark, sizeof high_water_mark);
  zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0);
  zmq_connect(socket, endpoint);
  zmq_msg_t message;
  zmq_msg_init(&message);
  // Empty messages come until the subscription is in force.
  for (size_t received = 0; received < total;) {
    if (zmq_msg_recv(&message, socket, 0) < 0) exit(1);
    received += zmq_msg_size(&message);
  }
  *(double *)done = seconds();
  zmq_msg_close(&message);
  zmq_close(socket);
  return NULL;
}

int main(int count, char **arguments) {
  total = count > 1 ? strtoull(arguments[1], NULL, 10) : 0;
  char *bytes = malloc(total ? total : 1);
  if (!total || !bytes) return 2;
  for (size_t index = 0; index < total; index++) bytes[index] = (char)(index * 2654435761u >> 13);
  context = zmq_ctx_new();
  void *socket = zmq_socket(context, ZMQ_XPUB);
  int high_water_mark = 0;
  zmq_setsockopt(socket, ZMQ_SNDHWM, &high_water_mark, sizeof high_water_mark);
  size_t length = sizeof endpoint;
  if (zmq_bind(socket, "tcp://127.0.0.1:*") || zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &length)) return 1;
  pthread_t thread;
  double done = 0;
  pthread_create(&thread, NULL, receive, &done);
  char subscription[8];
  if (zmq_recv(socket, subscription, sizeof subscription, 0) < 0) return 1;
  double start = seconds();
  for (size_t offset = 0; offset < total; offset += message_bytes) {
    size_t rest = total - offset;
    if (zmq_send(socket, bytes + offset, rest < message_bytes ? rest : message_bytes, 0) < 0) return 1;
  }
  pthread_join(thread, NULL);
  printf("%.0f\n", (double)total / (done - start) / 1e6);
  zmq_close(socket);
  zmq_ctx_term(context);
  free(bytes);
  return 0;
}
