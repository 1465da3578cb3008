import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 61,
  id: 'shared-memory',
  chapter: 8,
  title: {
    en: 'Does epoll share memory with the kernel?',
    zh: 'epoll 和内核共享内存吗？',
  },
  belief: {
    en: 'epoll is fast because user space and kernel share memory through mmap, and events need no copying.',
    zh: 'epoll 之所以快，是因为用户空间和内核通过 mmap 共享内存，事件不需要拷贝。',
  },
  transcript: `
pipe r w
ep E; add E r IN
write w 1 -> 1
wait E -> r:IN
maps E ? -> 0
mmap E ? -> ENODEV
open f file
write f 4096 -> 4096
mmap f -> ok
maps f -> 1
`,
  questions: [
    {
      text: {
        en: 'The epoll is in use, and has reported an event. How many mappings of it are in /proc/self/maps?',
        zh: '这个 epoll 正在使用，也报告过事件。/proc/self/maps 里有几处是它的映射？',
      },
      choices: ['0', '1', '2'],
    },
    {
      text: {
        en: 'Let us map it, then. What does mmap(2) of an epoll return?',
        zh: '那就来映射它。对 epoll 调用 mmap(2) 返回什么？',
      },
      choices: ['ok', 'ENODEV', 'EACCES'],
    },
  ],
  rule: {
    en: 'There is no shared memory: epoll cannot be mapped, and each epoll_wait copies its events into your array.',
    zh: '没有共享内存：epoll 无法映射，每次 epoll_wait 都把事件拷贝进你给的数组。',
  },
  fix: {
    text: {
      en: 'What is saved is the asking: the kernel keeps the interest list, and copies only what is ready, at most as many as you give room for.',
      zh: '省下的是反复询问：关注列表留在内核里，只拷贝就绪的事件，而且不超过你给的空间。',
    },
    transcript: `
pipe r w; pipe q v
ep E; add E r IN; add E q IN
write w 1 -> 1
wait E -> r:IN
write v 1 -> 1
wait E max=1 -> r:IN or q:IN
wait E max=1 -> q:IN or r:IN
maps E -> 0
`,
  },
  links: [
    { label: 'mmap(2), ENODEV', url: 'https://man7.org/linux/man-pages/man2/mmap.2.html' },
    { label: 'epoll_wait(2)', url: 'https://man7.org/linux/man-pages/man2/epoll_wait.2.html' },
    {
      label: 'openresty-best-practices #156: the sentence in a book',
      url: 'https://github.com/moonbingbing/openresty-best-practices/issues/156',
    },
  ],
  unread: {
    en: 'The state is not read here: the run has words of its own, which cannot be replayed.',
    zh: '这里不读取状态：这次运行用到语言之外的操作，无法重放。',
  },
  module: 'memory',
}
