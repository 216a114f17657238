// Bytes over a plain libzmq PUB/SUB on loopback, as messages of a mebibyte, several times over: what a broadcast is measured against.
// Usage: plain BYTES ROUNDS; prints of every round, from the first send to the last receipt, megabytes a second and processor seconds.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <zmq.h>

enum { message_bytes = 1 << 20 };

static void *context;
static char endpoint[256];
static size_t total;
static int rounds;
static double end, end_computed;
static sem_t arrived;

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

// What all threads computed so far.
static double computed(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static void *receive(void *unused) {
  (void)unused;
  void *socket = zmq_socket(context, ZMQ_SUB);
  int high_water_mark = 0;
  zmq_setsockopt(socket, ZMQ_RCVHWM, &high_water_mark, sizeof high_water_mark);
  zmq_setsockopt(socket, ZMQ_SUBSCRIBE, "", 0);
  zmq_connect(socket, endpoint);
  zmq_msg_t message;
  zmq_msg_init(&message);
  for (int round = 0; round < rounds; round++) {
    for (size_t received = 0; received < total;) {
      if (zmq_msg_recv(&message, socket, 0) < 0) exit(1);
      received += zmq_msg_size(&message);
    }
    end = seconds();
    end_computed = computed();
    sem_post(&arrived);
  }
  zmq_msg_close(&message);
  zmq_close(socket);
  return NULL;
}

int main(int count, char **arguments) {
  total = count > 2 ? strtoull(arguments[1], NULL, 10) : 0;
  rounds = count > 2 ? atoi(arguments[2]) : 0;
  char *bytes = malloc(total ? total : 1);
  if (!total || rounds < 1 || !bytes) return 2;
  for (size_t index = 0; index < total; index++) bytes[index] = (char)(index * 2654435761u >> 13);
  context = zmq_ctx_new();
  void *socket = zmq_socket(context, ZMQ_XPUB);
  int high_water_mark = 0;
  zmq_setsockopt(socket, ZMQ_SNDHWM, &high_water_mark, sizeof high_water_mark);
  size_t length = sizeof endpoint;
  if (zmq_bind(socket, "tcp://127.0.0.1:*") || zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, endpoint, &length)) return 1;
  sem_init(&arrived, 0, 0);
  pthread_t thread;
  pthread_create(&thread, NULL, receive, NULL);
  char subscription[8];
  if (zmq_recv(socket, subscription, sizeof subscription, 0) < 0) return 1;
  for (int round = 0; round < rounds; round++) {
    double start = seconds(), start_computed = computed();
    for (size_t offset = 0; offset < total; offset += message_bytes) {
      size_t rest = total - offset;
      if (zmq_send(socket, bytes + offset, rest < message_bytes ? rest : message_bytes, 0) < 0) return 1;
    }
    sem_wait(&arrived);
    printf("%.0f %.3f\n", (double)total / (end - start) / 1e6, end_computed - start_computed);
  }
  pthread_join(thread, NULL);
  zmq_close(socket);
  zmq_ctx_term(context);
  free(bytes);
  return 0;
}
