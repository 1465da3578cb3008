// The little that the addons want of a C++ library, so that they need none and load beside every libc.
// Surprise: a symbol of a library that is linked has a version, and the C library of an older host may not have it. Here
// none is linked, and each symbol is found in the host by its name alone.
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

// Its members that no header lets be compiled where they are used; the linker leaves out what nobody uses.
template class basic_string<char>;

void __throw_length_error(const char*) { abort(); }
void __throw_logic_error(const char*) { abort(); }
void __throw_out_of_range_fmt(const char*, ...) { abort(); }
void __throw_bad_alloc() { abort(); }
void __throw_bad_array_new_length() { abort(); }

}  // namespace std
