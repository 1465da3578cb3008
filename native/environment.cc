// Keeps an environment's list of descriptors, indexed by descriptor: owning and disowning need no search.
#include "environment.h"

#include <unistd.h>

namespace epollet {

Environment::~Environment() {
  for (size_t fd = 0; fd < owned_.size(); fd++) {
    if (owned_[fd]) close(static_cast<int>(fd));
  }
}

int64_t Environment::own(int64_t fd) {
  if (fd < 0) return fd;
  const auto index = static_cast<size_t>(fd);
  if (index >= owned_.size()) owned_.resize(index + 64);
  owned_[index] = true;
  return fd;
}

void Environment::disown(int fd) {
  if (fd >= 0 && static_cast<size_t>(fd) < owned_.size()) owned_[static_cast<size_t>(fd)] = false;
}

}  // namespace epollet
