/*
 * A crowd of terminals that does as little as it can, so that what is measured is the gateway: datagrams are made beforehand, of replies
 * only the first octets are looked at. Each terminal is a socket with an address of its own.
 *
 *     cc -O2 crowd.c -o crowd
 *     crowd load PORT cl|co CLIENTS MILLISECONDS GET [CONNECT]     each asks again when its last reply has come
 *     crowd sessions PORT FIRST COUNT GET CONNECT                  each opens a session, asks once and goes away
 *
 * GET and CONNECT are PDUs of WSP in hexadecimal. Prints one line of JSON; times are in microseconds.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

/* A datagram of a burst may be lost: then the terminal asks anew. */
#define PATIENCE 3000000
#define MOST_EVENTS 64
#define LARGEST 65536

enum { CONNECTING, ASKING };

struct terminal {
  int fd;
  int state;
  uint16_t tid;
  int64_t asked;
};

static int connection_mode;
static uint16_t port;
static uint8_t get[LARGEST], connect_[LARGEST];
static size_t get_length, connect_length;
static long replies, lost, refused;
static int epoll;

static int64_t now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * INT64_C(1000000) + t.tv_nsec / 1000;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

/* Octets in hexadecimal, behind `before` octets that are filled in later. */
static size_t unhex(const char *text, uint8_t *out, size_t before) {
  size_t length = before;
  for (; text[0] && text[1] && length < LARGEST; text += 2) sscanf(text, "%2hhx", &out[length++]);
  return length;
}

static void open_terminal(struct terminal *t, uint32_t address) {
  struct sockaddr_in own = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(address)};
  struct sockaddr_in gateway = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = t};
  t->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  if (t->fd < 0) fail("socket");
  if (bind(t->fd, (struct sockaddr *)&own, sizeof own)) fail("bind");
  if (connect(t->fd, (struct sockaddr *)&gateway, sizeof gateway)) fail("connect");
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, t->fd, &event)) fail("epoll_ctl");
  t->state = connection_mode ? CONNECTING : ASKING;
  t->tid = 0;
}

/* Sends the request of the terminal's state under a new transaction id. What the kernel refuses is lost like any datagram. */
static void ask(struct terminal *t) {
  uint8_t *octets = t->state == CONNECTING ? connect_ : get;
  size_t length = t->state == CONNECTING ? connect_length : get_length;
  t->tid = (t->tid + 1) & 0x7fff;
  if (connection_mode) {
    /* WTP: an Invoke of class 2 in one packet. */
    octets[0] = 0x0e;
    octets[1] = t->tid >> 8;
    octets[2] = t->tid & 0xff;
    octets[3] = 0x02;
  } else octets[0] = t->tid & 0xff;
  t->asked = now();
  if (send(t->fd, octets, length, 0) < 0) refused++;
}

/* Whether the octets answer what the terminal asked. */
static int answers(struct terminal *t, const uint8_t *octets, ssize_t length) {
  if (!connection_mode) return length > 2 && octets[0] == (t->tid & 0xff) && octets[1] == 0x04 && octets[2] == 0x20;
  if (length < 3) return 0;
  int type = (octets[0] >> 3) & 0x0f;
  uint16_t tid = (octets[1] & 0x7f) << 8 | octets[2];
  /* A verification of the TID is answered; a hold-on acknowledgement means nothing to do. */
  if (type == 3 && (octets[0] & 0x04)) send(t->fd, (uint8_t[]){0x1c, octets[1] & 0x7f, octets[2]}, 3, 0);
  if (type == 4 && tid == t->tid) {
    fprintf(stderr, "aborted: %d\n", length > 3 ? octets[3] : -1);
    exit(1);
  }
  if (type != 2) return 0;
  send(t->fd, (uint8_t[]){0x18, octets[1] & 0x7f, octets[2]}, 3, 0);
  return tid == t->tid;
}

/* Waits for one round of datagrams and calls `done` for each terminal that has its answer. */
static void turn(int milliseconds, void (*done)(struct terminal *)) {
  static uint8_t octets[LARGEST];
  struct epoll_event events[MOST_EVENTS];
  int count = epoll_wait(epoll, events, MOST_EVENTS, milliseconds);
  for (int i = 0; i < count; i++) {
    struct terminal *t = events[i].data.ptr;
    ssize_t length = recv(t->fd, octets, sizeof octets, 0);
    if (length >= 0 && answers(t, octets, length)) done(t);
  }
}

static void give_up(struct terminal *terminals, long count) {
  int64_t before = now() - PATIENCE;
  for (long i = 0; i < count; i++)
    if (terminals[i].fd >= 0 && terminals[i].asked < before) {
      lost++;
      ask(&terminals[i]);
    }
}

static long connected;

static void now_connected(struct terminal *t) {
  t->state = ASKING;
  connected++;
}

static uint32_t *waits;
static size_t room;

static void note_wait(struct terminal *t) {
  if ((size_t)replies == room && !(waits = realloc(waits, (room = room * 2 + 4096) * sizeof *waits))) fail("realloc");
  waits[replies++] = now() - t->asked;
  ask(t);
}

static int by_size(const void *a, const void *b) {
  uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
  return (x > y) - (x < y);
}

static void load(long clients, long milliseconds) {
  struct terminal *terminals = calloc(clients, sizeof *terminals);
  if (!terminals) fail("calloc");
  for (long i = 0; i < clients; i++) open_terminal(&terminals[i], 0x7f000101 + i % 250);
  if (connection_mode) {
    for (long i = 0; i < clients; i++) ask(&terminals[i]);
    while (connected < clients) {
      turn(200, now_connected);
      for (long i = 0; i < clients; i++)
        if (terminals[i].state == CONNECTING) give_up(&terminals[i], 1);
    }
  }
  int64_t start = now(), end = start + milliseconds * 1000, looked = start;
  for (long i = 0; i < clients; i++) ask(&terminals[i]);
  int64_t at;
  while ((at = now()) < end) {
    turn(end - at < 200000 ? (end - at) / 1000 + 1 : 200, note_wait);
    if (at - looked < 500000) continue;
    looked = at;
    give_up(terminals, clients);
  }
  qsort(waits, replies, sizeof *waits, by_size);
  struct rusage used;
  getrusage(RUSAGE_SELF, &used);
  printf("{\"replies\":%ld,\"microseconds\":%lld,\"p50\":%u,\"p99\":%u,\"lost\":%ld,\"refused\":%ld,\"cpu\":%lld}\n", replies,
         (long long)(at - start), replies ? waits[replies / 2] : 0, replies ? waits[replies * 99 / 100] : 0, lost, refused,
         (used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000LL + used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

static long next, last, finished;

static void open_next(struct terminal *t) {
  if (next == last) {
    t->fd = -1;
    return;
  }
  open_terminal(t, 0x7f020000 + next++);
  ask(t);
}

static void one_step(struct terminal *t) {
  if (t->state == CONNECTING) {
    t->state = ASKING;
    ask(t);
    return;
  }
  replies++;
  finished++;
  close(t->fd);
  open_next(t);
}

/* A session that was used is what is measured: one reply each. */
static void sessions(long first, long count) {
  struct terminal at_once[16];
  next = first;
  last = first + count;
  for (int i = 0; i < 16; i++) open_next(&at_once[i]);
  while (finished < count) {
    turn(200, one_step);
    give_up(at_once, 16);
  }
  printf("{\"replies\":%ld,\"lost\":%ld}\n", replies, lost);
}

int main(int argc, char **argv) {
  epoll = epoll_create1(0);
  if (argc > 6 && !strcmp(argv[1], "load")) {
    connection_mode = !strcmp(argv[3], "co");
    port = atoi(argv[2]);
    get_length = unhex(argv[6], get, connection_mode ? 4 : 1);
    if (argc > 7) connect_length = unhex(argv[7], connect_, 4);
    load(atol(argv[4]), atol(argv[5]));
    return 0;
  }
  if (argc > 6 && !strcmp(argv[1], "sessions")) {
    connection_mode = 1;
    port = atoi(argv[2]);
    get_length = unhex(argv[5], get, 4);
    connect_length = unhex(argv[6], connect_, 4);
    sessions(atol(argv[3]), atol(argv[4]));
    return 0;
  }
  return 2;
}
