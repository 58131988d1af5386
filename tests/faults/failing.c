/* Loaded before the C library: calls that write to files of one name fail, or end the process, at the n-th call. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
#include <fcntl.h>

static long wanted = 0, count = 0;
static char mode = 0;
static char name[128] = "care.db";

void failing_arm(long n, char how) { wanted = n; mode = how; count = 0; }
long failing_count(void) { return count; }

static int is_ours(int fd) {
    char link[64], target[512];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, target, sizeof target - 1);
    if (n <= 0) return 0;
    target[n] = 0;
    return strstr(target, name) != 0;
}

/* 0: go on; 1: fail with errno; 2: do it, then die; 3: do half, then die. Capital letters: from there on. */
static int now(void) {
    if (!mode) return 0;
    count++;
    int from_here = mode == 'E' || mode == 'S' || mode == 'R';
    if (!wanted || (from_here ? count < wanted : count != wanted)) return 0;
    switch (mode) {
    case 'k': kill(getpid(), SIGKILL); return 0;
    case 'b': return 2;
    case 't': return 3;
    case 's': case 'S': errno = ENOSPC; return 1;
    case 'R': errno = EROFS; return 1;
    default: errno = EIO; return 1;
    }
}

#define REAL(type, which, ...) static type (*real)(__VA_ARGS__) = 0; if (!real) real = dlsym(RTLD_NEXT, which)
#define DIE kill(getpid(), SIGKILL)

static ssize_t put(ssize_t (*real)(int, const void *, size_t, off_t), int fd, const void *from, size_t size, off_t at) {
    int what = is_ours(fd) ? now() : 0;
    if (what == 1) return -1;
    if (what == 3) { real(fd, from, size / 2, at); DIE; }
    ssize_t done = real(fd, from, size, at);
    if (what == 2) DIE;
    return done;
}
ssize_t pwrite64(int fd, const void *from, size_t size, off_t at) {
    REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t);
    return put(real, fd, from, size, at);
}
ssize_t pwrite(int fd, const void *from, size_t size, off_t at) {
    REAL(ssize_t, "pwrite", int, const void *, size_t, off_t);
    return put(real, fd, from, size, at);
}
ssize_t write(int fd, const void *from, size_t size) {
    REAL(ssize_t, "write", int, const void *, size_t);
    int what = mode && is_ours(fd) ? now() : 0;
    if (what == 1) return -1;
    if (what == 3) { real(fd, from, size / 2); DIE; }
    ssize_t done = real(fd, from, size);
    if (what == 2) DIE;
    return done;
}
#define OF_FILE(which, arguments, pass, types) \
    int which arguments { \
        REAL(int, #which, types); \
        int what = mode && is_ours(fd) ? now() : 0; \
        if (what == 1) return -1; \
        if (what == 3) DIE; \
        int done = real pass; \
        if (what == 2) DIE; \
        return done; \
    }
#define COMMA ,
OF_FILE(fsync, (int fd), (fd), int)
OF_FILE(fdatasync, (int fd), (fd), int)
OF_FILE(ftruncate, (int fd, off_t size), (fd, size), int COMMA off_t)
OF_FILE(ftruncate64, (int fd, off_t size), (fd, size), int COMMA off_t)
OF_FILE(fallocate, (int fd, int how, off_t from, off_t size), (fd, how, from, size), int COMMA int COMMA off_t COMMA off_t)
int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    int what = mode && strstr(path, name) ? now() : 0;
    if (what == 1) return -1;
    if (what == 3) DIE;
    int done = real(path);
    if (what == 2) DIE;
    return done;
}
