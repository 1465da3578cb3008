// EventLoop and watch() when malloc() fails.
import '../support/descriptors.ts'
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { child } from './child.ts'

/** A malloc() that fails only for the addon's libuv handles; if other allocations failed, the addon would abort. */
const refusing = `
  #define _GNU_SOURCE
  #include <dlfcn.h>
  #include <link.h>
  #include <string.h>
  enum { UV_POLL = 8 };
  #pragma weak uv_handle_size
  size_t uv_handle_size(int type);

  static int asks(struct dl_phdr_info *library, size_t size, void *caller) {
    (void)size;
    if (strstr(library->dlpi_name, ".node") == NULL) return 0;
    for (int i = 0; i < library->dlpi_phnum; i++) {
      ElfW(Addr) offset = (ElfW(Addr))caller - library->dlpi_addr - library->dlpi_phdr[i].p_vaddr;
      if (library->dlpi_phdr[i].p_type == PT_LOAD && offset < library->dlpi_phdr[i].p_memsz) return 1;
    }
    return 0;
  }

  void *malloc(size_t size) {
    static void *(*next)(size_t);
    if (next == NULL) next = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
    if (uv_handle_size == NULL || size != uv_handle_size(UV_POLL)) return next(size);
    return dl_iterate_phdr(asks, __builtin_return_address(0)) ? NULL : next(size);
  }`

const mayPreload =
  process.env['LD_PRELOAD'] === undefined && spawnSync('cc', ['--version']).status === 0

test('if there is no memory for a libuv handle, add() and watch() throw ENOMEM', {
  skip: !mayPreload && 'needs cc, and no sanitizer',
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'epollet-'))
  const preload = join(folder, 'refusing.so')
  try {
    const args = ['-shared', '-fPIC', '-x', 'c', '-', '-o', preload, '-ldl']
    const compiled = spawnSync('cc', args, { input: refusing, encoding: 'utf8' })
    assert.equal(compiled.status, 0, compiled.stderr)
    const ended = await child(
      `const tries = [
           () => new EventLoop().add(new EventFd(), EPOLLIN, () => {}),
           () => new epollet.Epoll().watch(() => {}),
         ]
         for (const call of tries) {
           try { call(); console.log('it returned') } catch ({ code }) { console.log(code) }
         }`,
      { preload },
    )
    assert.deepEqual(ended, { lines: ['ENOMEM', 'ENOMEM'], stderr: '', status: 0 })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
