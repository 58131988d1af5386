/* Loaded before the C library: what a process syncs of a file below one folder is copied aside, as a disk would have it by then.

   SYNCING_FOLDER is that folder; SYNCING_COPIES has a copy of each of its files, named by the file's number. Nothing else is
   changed: what was written and not synced is in the file and not in the copy, and would be gone if the power failed now. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#define PIECE 65536
#define BLOCK 4096
#define REAL(type, which, ...) static type (*real)(__VA_ARGS__) = 0; if (!real) real = dlsym(RTLD_NEXT, which)

static char folder[1024], copies[1024];
static dev_t device;

__attribute__((constructor)) static void begin(void) {
    const char *of = getenv("SYNCING_FOLDER"), *to = getenv("SYNCING_COPIES");
    struct stat is;
    if (!of || !to || stat(of, &is)) return;
    device = is.st_dev;
    snprintf(folder, sizeof folder, "%s/", of);
    snprintf(copies, sizeof copies, "%s", to);
}

static int is_ours(int fd, struct stat *is) {
    char link[64], target[2048];
    if (!folder[0] || fstat(fd, is) || !S_ISREG(is->st_mode) || !is->st_nlink) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(link, target, sizeof target - 1);
    if (n <= 0) return 0;
    target[n] = 0;
    return strncmp(target, folder, strlen(folder)) == 0;
}

/* Whole blocks that differ go over; nobody else copies the same file meanwhile. */
static int copied(int from, int to) {
    char now[PIECE], before[PIECE];
    off_t at = 0;
    for (;;) {
        ssize_t n = pread(from, now, PIECE, at);
        if (n < 0) return -1;
        if (n == 0) break;
        ssize_t had = pread(to, before, PIECE, at);
        for (ssize_t i = 0; i < n; i += BLOCK) {
            ssize_t size = n - i < BLOCK ? n - i : BLOCK;
            if (had >= i + size && memcmp(now + i, before + i, size) == 0) continue;
            if (pwrite(to, now + i, size, at + i) != size) return -1;
        }
        at += n;
    }
    return ftruncate(to, at);
}

static int synced(int fd, int (*real)(int)) {
    struct stat is;
    if (!is_ours(fd, &is)) return real(fd);
    char name[2048];
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    int from = open(name, O_RDONLY | O_CLOEXEC);
    snprintf(name, sizeof name, "%s/%lu", copies, (unsigned long)is.st_ino);
    int to = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int failed = from < 0 || to < 0 || flock(to, LOCK_EX) || copied(from, to);
    if (from >= 0) close(from);
    if (to >= 0) close(to);
    if (failed) {
        fprintf(stderr, "syncing.c: %s cannot be copied\n", name);
        abort();
    }
    return 0;
}

int fsync(int fd) {
    REAL(int, "fsync", int);
    return synced(fd, real);
}
int fdatasync(int fd) {
    REAL(int, "fdatasync", int);
    return synced(fd, real);
}

/* A file that is gone leaves no copy to the next one that gets its number. */
static int is_last_name(const char *path, struct stat *is) {
    return folder[0] && !lstat(path, is) && S_ISREG(is->st_mode) && is->st_nlink == 1 && is->st_dev == device;
}
static void forget(const struct stat *is) {
    static int (*real)(const char *) = 0;
    if (!real) real = dlsym(RTLD_NEXT, "unlink");
    char name[2048];
    snprintf(name, sizeof name, "%s/%lu", copies, (unsigned long)is->st_ino);
    real(name);
}
int unlink(const char *path) {
    REAL(int, "unlink", const char *);
    struct stat is;
    int was = is_last_name(path, &is), done = real(path);
    if (was && !done) forget(&is);
    return done;
}
int rename(const char *from, const char *to) {
    REAL(int, "rename", const char *, const char *);
    struct stat is, other;
    int was = is_last_name(to, &is) && !lstat(from, &other) && other.st_ino != is.st_ino, done = real(from, to);
    if (was && !done) forget(&is);
    return done;
}
