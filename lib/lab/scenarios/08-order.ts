import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 8,
  id: 'order',
  chapter: 1,
  title: {
    en: 'Four of five pipes are ready. In which order does epoll report them?',
    zh: '五条管道里有四条就绪。epoll 会按什么顺序返回？',
  },
  belief: {
    en: 'By descriptor number, or in the order in which I registered them.',
    zh: '按描述符的编号，或者按我注册的先后。',
  },
  transcript: `
pipe a wa; pipe b wb; pipe c wc; pipe d wd; pipe e we
ep E; add E a IN; add E b IN; add E c IN; add E d IN; add E e IN
write wd 1 -> 1
write wa 1 -> 1
write we 1 -> 1
write wc 1 -> 1
wait E ? -> d:IN, a:IN, e:IN, c:IN
poll a b c d e ? -> a:IN, c:IN, d:IN, e:IN
`,
  questions: [
    {
      text: {
        en: 'You registered a to e in this order and wrote to d, a, e, c. What does epoll_wait return?',
        zh: '注册顺序是 a 到 e；写入顺序是 d、a、e、c。epoll_wait 会返回什么？',
      },
      choices: [
        'a:IN, c:IN, d:IN, e:IN',
        'd:IN, a:IN, e:IN, c:IN',
        'c:IN, e:IN, a:IN, d:IN',
        'e:IN, d:IN, c:IN, a:IN',
      ],
    },
    {
      text: { en: 'And poll, called with a b c d e?', zh: '用 a b c d e 调用 poll 呢？' },
      choices: ['d:IN, a:IN, e:IN, c:IN', 'a:IN, c:IN, d:IN, e:IN', 'c:IN, e:IN, a:IN, d:IN'],
    },
  ],
  rule: {
    en: 'epoll reports descriptors in the order in which they became ready; poll and select answer in the order of the list you pass.',
    zh: 'epoll 按变为就绪的先后返回；poll 和 select 按传入列表的顺序返回。',
  },
  fix: {
    text: {
      en: "The order isn't a priority. Give whatever must come first an epoll of its own, and check that one first.",
      zh: '这个顺序不是优先级。必须先处理的，给它一个单独的 epoll，并且先检查它。',
    },
    transcript: `
pipe a wa; pipe b wb; pipe urgent wu
ep U; add U urgent IN
ep E; add E a IN; add E b IN
write wa 1 -> 1
write wb 1 -> 1
write wu 1 -> 1
wait U -> urgent:IN
wait E -> a:IN, b:IN
`,
  },
  links: [
    { label: 'epoll_wait(2)', url: 'https://man7.org/linux/man-pages/man2/epoll_wait.2.html' },
    { label: 'poll(2)', url: 'https://man7.org/linux/man-pages/man2/poll.2.html' },
    {
      label: "sonic-swss-common #210: priorities, which epoll doesn't sort by",
      url: 'https://github.com/sonic-net/sonic-swss-common/issues/210',
    },
  ],
}
