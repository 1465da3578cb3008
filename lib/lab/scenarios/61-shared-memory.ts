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
    en: "epoll is fast because it shares memory with the kernel through mmap, so events aren't copied.",
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
        en: 'The epoll is in use and has reported an event. How many mappings of it does /proc/self/maps list?',
        zh: '这个 epoll 正在使用，也通知过事件。/proc/self/maps 里有几处是它的映射？',
      },
      choices: ['0', '1', '2'],
    },
    {
      text: {
        en: "So let's map it. What does mmap(2) of an epoll return?",
        zh: '那就来映射它。对 epoll 调用 mmap(2) 返回什么？',
      },
      choices: ['ok', 'ENODEV', 'EACCES'],
    },
  ],
  rule: {
    en: "There's no shared memory: you can't map an epoll, and each epoll_wait copies its events into your array.",
    zh: '没有共享内存：epoll 无法映射，每次 epoll_wait 都把事件拷贝进你给的数组。',
  },
  fix: {
    text: {
      en: "epoll saves you the asking: the kernel keeps the interest list and copies only what's ready, at most as many events as you have room for.",
      zh: 'epoll 省下的是反复询问：关注列表留在内核里，只拷贝就绪的事件，而且不超过你给的空间。',
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
    en: "No state here: the operations of this experiment are its own, and the lab can't run them a second time to look.",
    zh: '这里没有状态：这个实验用的是自己的操作，实验室无法为了读取状态再运行一遍。',
  },
  module: 'memory',
}
