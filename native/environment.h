// The descriptors that one environment (main thread or worker) has opened: closed when it ends.
// Surprise: a terminated worker runs no JavaScript any more, so only a cleanup hook can do this.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace epollet {

class Environment {
 public:
  Environment() = default;
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment();

  // Takes a descriptor, or a negative errno, and gives it back.
  int64_t own(int64_t fd);
  void disown(int fd);

 private:
  std::vector<bool> owned_;
};

}  // namespace epollet
