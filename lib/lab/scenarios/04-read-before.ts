import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 4,
  id: 'read-before',
  chapter: 1,
  title: {
    en: 'Data arrived and you read it before the wait. Do you still get its event?',
    zh: '数据来了，却在等待之前就被读走了。事件还会送到吗？',
  },
  belief: {
    en: 'The event has happened, so it sits in a queue and the next wait returns it.',
    zh: '事件已经发生，就排在队列里，下一次等待总会交给我。',
  },
  transcript: `
pipe r w
ep L; add L r IN
ep E; add E r IN|ET
write w 5 -> 5
read r 10 -> 5
wait E ? -> nothing
wait L -> nothing
write w 1 -> 1
wait E ? -> r:IN
`,
  questions: [
    {
      text: {
        en: "Five bytes arrived and you've read them all. What does the edge-triggered wait return?",
        zh: '来了 5 个字节，又被读走了。边缘触发的等待会返回什么？',
      },
      choices: ['r:IN', 'nothing', 'r:IN|HUP'],
    },
    {
      text: {
        en: 'One more byte arrives. And now?',
        zh: '又来了 1 个字节。现在呢？',
      },
      choices: ['nothing', 'r:IN', 'r:IN|HUP'],
    },
  ],
  rule: {
    en: 'A wake-up only puts the registration on the ready list. epoll_wait checks the file again and reports what is ready at that moment.',
    zh: '唤醒只是把注册放进就绪列表；epoll_wait 会再检查一次文件，只返回那一刻仍然就绪的。',
  },
  fix: {
    text: {
      en: 'Data can also disappear after the event: here another descriptor read it first. Just try to read, and treat EAGAIN as a normal answer.',
      zh: '收到事件之后，数据同样可能已经没了：这里另一个描述符抢先读走了。所以只管去读，得到 EAGAIN 也是正常结果。',
    },
    transcript: `
pipe r w
ep E; add E r IN|ET
dup d r
write w 5 -> 5
wait E -> r:IN
read d 10 -> 5
read r 10 -> EAGAIN
wait E -> nothing
`,
  },
  links: [
    { label: 'epoll(7)', url: 'https://man7.org/linux/man-pages/man7/epoll.7.html' },
    {
      label: 'select(2), Bugs: reported ready, but the read blocks',
      url: 'https://man7.org/linux/man-pages/man2/select.2.html',
    },
    {
      label: 'Linux, fs/eventpoll.c: ep_send_events',
      url: 'https://git.kernel.org/pub/scm/linux/kernel/git/torvalds/linux.git/tree/fs/eventpoll.c',
    },
  ],
}
