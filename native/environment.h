// The descriptors that an environment (main thread or worker) has opened. They are closed when the environment ends.
// Surprise: a terminated worker runs no more JavaScript, so only a cleanup hook can close them.
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

  // Takes ownership of a descriptor and returns it. A negative errno passes through.
  int64_t own(int64_t fd);
  void disown(int fd);

 private:
  std::vector<bool> owned_;
};

}  // namespace epollet
