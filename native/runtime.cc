// Defines the few C++ library symbols that the addons need, so that they link no C++ library and load with every libc.
// Surprise: linking a library ties each of its symbols to a version, which the C library of an older host may lack. If
// no library is linked, the loader finds each symbol in the host by name alone.
#include <cstdlib>
#include <new>
#include <string>

namespace {

void* allocate(size_t bytes) { return std::malloc(bytes == 0 ? 1 : bytes); }

void* allocateOrAbort(size_t bytes) {
  void* memory = allocate(bytes);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace

void* operator new(size_t bytes) { return allocateOrAbort(bytes); }
void* operator new[](size_t bytes) { return allocateOrAbort(bytes); }
void* operator new(size_t bytes, const std::nothrow_t&) noexcept { return allocate(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }

extern "C" void __cxa_pure_virtual() { std::abort(); }

namespace std {

const nothrow_t nothrow;

// Members that no header defines inline. The linker drops unused members.
template class basic_string<char>;

void __throw_length_error(const char*) { abort(); }
void __throw_logic_error(const char*) { abort(); }
void __throw_out_of_range_fmt(const char*, ...) { abort(); }
void __throw_bad_alloc() { abort(); }
void __throw_bad_array_new_length() { abort(); }

}  // namespace std
