/*
 * The origin of the benchmark: one response, the same for all requests, over connections that are kept.
 *
 *     cc -O2 origin.c -o origin
 *     origin RESPONSE          the file is sent as it is; prints the port, ends when standard input does
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MOST_EVENTS 64
#define LARGEST 65536

static char response[LARGEST];
static size_t length;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

/* Requests have no body: each empty line is the end of one. `matched` octets of it were seen at the end of the last read. */
static int requests_in(const char *octets, ssize_t count, int *matched) {
  int found = 0;
  for (ssize_t i = 0; i < count; i++) {
    if (octets[i] == "\r\n\r\n"[*matched]) ++*matched;
    else *matched = octets[i] == '\r';
    if (*matched == 4) {
      found++;
      *matched = 0;
    }
  }
  return found;
}

int main(int argc, char **argv) {
  static char octets[LARGEST];
  static int matched[LARGEST];
  FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
  if (!file) fail("no response");
  length = fread(response, 1, sizeof response, file);
  fclose(file);

  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) || listen(listener, 1024)) fail("listen");
  getsockname(listener, (struct sockaddr *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);

  int epoll = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener};
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event);
  event.data.fd = STDIN_FILENO;
  epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &event);
  for (;;) {
    struct epoll_event events[MOST_EVENTS];
    int count = epoll_wait(epoll, events, MOST_EVENTS, -1);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd == STDIN_FILENO) return 0;
      if (fd == listener) {
        int accepted = accept(listener, NULL, NULL);
        if (accepted < 0 || accepted >= LARGEST) continue;
        setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
        matched[accepted] = 0;
        event.data.fd = accepted;
        epoll_ctl(epoll, EPOLL_CTL_ADD, accepted, &event);
        continue;
      }
      ssize_t got = recv(fd, octets, sizeof octets, 0);
      if (got <= 0) {
        close(fd);
        continue;
      }
      for (int n = requests_in(octets, got, &matched[fd]); n > 0; n--)
        if (send(fd, response, length, MSG_NOSIGNAL) != (ssize_t)length) {
          close(fd);
          break;
        }
    }
  }
}
