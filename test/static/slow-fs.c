// A FUSE file system with slow reads: a read of slow-* takes 125 ms, a read of hang-* never returns.
// Build: cc slow-fs.c -o slow-fs $(pkg-config --cflags --libs fuse3). Run: slow-fs -f MOUNTPOINT
#define FUSE_USE_VERSION 31
#include <errno.h>
#include <fuse.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SIZE = 4 << 20, MILLISECONDS = 125 };

static int is(const char *path, const char *prefix) {
  return strncmp(path + 1, prefix, strlen(prefix)) == 0;
}

static int get(const char *path, struct stat *stat, struct fuse_file_info *info) {
  (void)info;
  memset(stat, 0, sizeof *stat);
  if (strcmp(path, "/") == 0) {
    stat->st_mode = S_IFDIR | 0755;
    stat->st_nlink = 2;
    return 0;
  }
  if (!is(path, "slow-") && !is(path, "hang-")) return -ENOENT;
  if (strstr(path, ".br") || strstr(path, ".gz") || strstr(path, ".zst")) return -ENOENT;
  stat->st_mode = S_IFREG | 0444;
  stat->st_nlink = 1;
  stat->st_size = is(path, "slow-small") || is(path, "hang-small") ? 1000 : SIZE;
  stat->st_mtime = stat->st_ctime = 1000000000;
  return 0;
}

static int list(const char *path, void *into, fuse_fill_dir_t fill, off_t offset,
                struct fuse_file_info *info, enum fuse_readdir_flags flags) {
  (void)path, (void)offset, (void)info, (void)flags;
  fill(into, "slow-a", NULL, 0, 0);
  return 0;
}

static int read_slowly(const char *path, char *into, size_t size, off_t offset,
                       struct fuse_file_info *info) {
  (void)info;
  while (is(path, "hang-")) pause();
  usleep(MILLISECONDS * 1000);
  struct stat stat;
  get(path, &stat, NULL);
  if (offset >= stat.st_size) return 0;
  if (offset + (off_t)size > stat.st_size) size = stat.st_size - offset;
  memset(into, 'x', size);
  return size;
}

static const struct fuse_operations operations = {
    .getattr = get, .readdir = list, .read = read_slowly};

int main(int argc, char **argv) { return fuse_main(argc, argv, &operations, NULL); }
