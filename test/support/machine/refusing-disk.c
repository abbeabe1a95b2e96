/*
 * Calls that write below a folder answer with an error, as a disk does that breaks, is set read-only or whose quota is used up.
 * Preloaded into a process. It refuses while the file TROUPE_REFUSE is there, which holds `<errno> <what> <below>`: what is `fsync`,
 * `write` (making and writing; deleting works, as where a quota is used up) or `all`; below is the folder.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { FSYNC = 1, WRITE = 2, REMOVE = 4 };

/* The error for this kind of call now, and below which folder; 0: none. */
static int refused(int kind, char below[PATH_MAX]) {
  const char *order = getenv("TROUPE_REFUSE");
  if (order == NULL) return 0;
  int file = (int)syscall(SYS_openat, AT_FDCWD, order, O_RDONLY | O_CLOEXEC, 0);
  if (file < 0) return 0;
  char text[PATH_MAX] = {0};
  long size = syscall(SYS_read, file, text, sizeof text - 1);
  syscall(SYS_close, file);
  int code = 0;
  char what[16] = {0};
  if (size <= 0 || sscanf(text, "%d %15s %s", &code, what, below) != 3) return 0;
  int kinds = strcmp(what, "fsync") == 0 ? FSYNC : strcmp(what, "write") == 0 ? WRITE : FSYNC | WRITE | REMOVE;
  return (kinds & kind) != 0 ? code : 0;
}

static int refuses_file(int fd, int kind) {
  int kept = errno;
  char below[PATH_MAX];
  int code = refused(kind, below);
  if (code != 0) {
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long size = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (size > 0) {
      path[size] = 0;
      if (strncmp(path, below, strlen(below)) == 0) {
        errno = code;
        return 1;
      }
    }
  }
  errno = kept;
  return 0;
}

static int refuses_path(int folder, const char *path, int kind) {
  int kept = errno;
  char below[PATH_MAX];
  int code = refused(kind, below);
  if (code != 0 && path != NULL) {
    char from[PATH_MAX] = {0};
    char link[64];
    if (path[0] != '/') {
      if (folder == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
      else snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
      syscall(SYS_readlinkat, AT_FDCWD, link, from, sizeof from - 1);
    }
    if (strncmp(path[0] == '/' ? path : from, below, strlen(below)) == 0) {
      errno = code;
      return 1;
    }
  }
  errno = kept;
  return 0;
}

static int writes(int flags) {
  char below[PATH_MAX];
  int code = refused(WRITE, below);
  /* a quota and a full disk let a file be opened that is there */
  if (code == EROFS) return (flags & (O_CREAT | O_TRUNC)) != 0 || (flags & O_ACCMODE) != O_RDONLY;
  return (flags & O_CREAT) != 0;
}

#define REAL(name) \
  static __typeof__(name) *real; \
  if (real == NULL) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

#define ON_FILE(type, name, kind, args, given) \
  type name args { \
    REAL(name); \
    return refuses_file(fd, kind) ? -1 : real given; \
  }
ON_FILE(int, fsync, FSYNC, (int fd), (fd))
ON_FILE(int, fdatasync, FSYNC, (int fd), (fd))
ON_FILE(ssize_t, write, WRITE, (int fd, const void *bytes, size_t size), (fd, bytes, size))
ON_FILE(ssize_t, pwrite, WRITE, (int fd, const void *bytes, size_t size, off_t at), (fd, bytes, size, at))
ON_FILE(ssize_t, pwrite64, WRITE, (int fd, const void *bytes, size_t size, off64_t at), (fd, bytes, size, at))
ON_FILE(ssize_t, writev, WRITE, (int fd, const struct iovec *parts, int count), (fd, parts, count))
ON_FILE(ssize_t, pwritev, WRITE, (int fd, const struct iovec *parts, int count, off_t at), (fd, parts, count, at))
ON_FILE(ssize_t, pwritev64, WRITE, (int fd, const struct iovec *parts, int count, off64_t at), (fd, parts, count, at))
ON_FILE(int, ftruncate, WRITE, (int fd, off_t size), (fd, size))
ON_FILE(int, ftruncate64, WRITE, (int fd, off64_t size), (fd, size))

#define ON_PATH(name, kind, args, given, folder, path) \
  int name args { \
    REAL(name); \
    return refuses_path(folder, path, kind) ? -1 : real given; \
  }
ON_PATH(mkdir, WRITE, (const char *path, mode_t mode), (path, mode), AT_FDCWD, path)
ON_PATH(mkdirat, WRITE, (int at, const char *path, mode_t mode), (at, path, mode), at, path)
ON_PATH(rename, REMOVE, (const char *from, const char *to), (from, to), AT_FDCWD, to)
ON_PATH(renameat, REMOVE, (int at, const char *from, int other, const char *to), (at, from, other, to), other, to)
ON_PATH(link, WRITE, (const char *from, const char *to), (from, to), AT_FDCWD, to)
ON_PATH(symlink, WRITE, (const char *from, const char *to), (from, to), AT_FDCWD, to)
ON_PATH(unlink, REMOVE, (const char *path), (path), AT_FDCWD, path)
ON_PATH(unlinkat, REMOVE, (int at, const char *path, int flags), (at, path, flags), at, path)
ON_PATH(rmdir, REMOVE, (const char *path), (path), AT_FDCWD, path)

#define OPENS(name, args, given, folder) \
  int name args { \
    REAL(name); \
    mode_t mode = 0; \
    if ((flags & (O_CREAT | O_TMPFILE)) != 0) { \
      va_list more; \
      va_start(more, flags); \
      mode = va_arg(more, mode_t); \
      va_end(more); \
    } \
    return writes(flags) && refuses_path(folder, path, WRITE) ? -1 : real given; \
  }
OPENS(open, (const char *path, int flags, ...), (path, flags, mode), AT_FDCWD)
OPENS(open64, (const char *path, int flags, ...), (path, flags, mode), AT_FDCWD)
OPENS(openat, (int at, const char *path, int flags, ...), (at, path, flags, mode), at)
OPENS(openat64, (int at, const char *path, int flags, ...), (at, path, flags, mode), at)
