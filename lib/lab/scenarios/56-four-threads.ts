import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 56,
  id: 'four-threads',
  chapter: 8,
  title: {
    en: 'Four threads wait on one epoll. One write: how many wake up?',
    zh: '四个线程等在同一个 epoll 上。写一次，会醒几个？',
  },
  belief: {
    en: 'One event wakes one thread.',
    zh: '一个事件唤醒一个线程。',
  },
  transcript: `
pipe r w
ep L; add L r IN
thread A wait L 300; thread B wait L 300; thread C wait L 300; thread D wait L 300
write w 1 -> 1
sleep 40
done A B C D ? -> 4
pipe r2 w2
ep E; add E r2 IN|ET
thread T wait E 300; thread U wait E 300; thread V wait E 300; thread W wait E 300
write w2 1 -> 1
sleep 40
done T U V W ? -> 1
write w2 1 -> 1
sleep 40
done T U V W ? -> 2
`,
  questions: [
    {
      text: {
        en: 'Level-triggered, and the byte is still unread. How many threads have returned?',
        zh: '水平触发，那个字节还没人读。有几个线程返回了？',
      },
      choices: ['1', '2', '4'],
    },
    { text: { en: 'Edge-triggered?', zh: '边缘触发呢？' }, choices: ['0', '1', '4'] },
    {
      text: {
        en: 'The first thread is still working when a second byte arrives. How many have returned now?',
        zh: '第一个线程还在处理，第二个字节到了。现在共有几个返回了？',
      },
      choices: ['1', '2', '4'],
    },
  ],
  rule: {
    en: 'Level-triggered wakes every thread; edge-triggered wakes one per wake-up, so two threads can end up on the same socket.',
    zh: '水平触发会唤醒所有线程；边缘触发每次唤醒一个，所以两个线程可能处理同一个套接字。',
  },
  fix: {
    text: {
      en: 'EPOLLONESHOT: the second byte wakes no thread until the working one has re-armed the registration with MOD.',
      zh: '用 EPOLLONESHOT：在处理的线程用 MOD 重新启用之前，第二个字节不会唤醒任何线程。',
    },
    transcript: `
pipe r w
ep E; add E r IN|ET|ONESHOT
thread A wait E 300; thread B wait E 300; thread C wait E 300
write w 1 -> 1
sleep 40
done A B C -> 1
write w 1 -> 1
sleep 40
done A B C -> 1
mod E r IN|ET|ONESHOT -> ok
sleep 40
done A B C -> 2
`,
  },
  links: [
    {
      label: 'epoll(7): EPOLLONESHOT and threads',
      url: 'https://man7.org/linux/man-pages/man7/epoll.7.html',
    },
    {
      label: 'onion #235: several threads wake for one connection',
      url: 'https://github.com/davidmoreno/onion/issues/235',
    },
  ],
  unread: {
    en: 'No state here: looking at the descriptors would wake the threads.',
    zh: '这里没有状态：读取描述符的状态会唤醒线程。',
  },
}
