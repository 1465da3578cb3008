import type { Page } from './prose.ts'
import { modelSteps } from './tutorial-model.ts'
import { serverSteps } from './tutorial-server.ts'
import { stepSection } from './tutorial-step.ts'

/** From the simple model to the server: each program, its trap, and its fix. */
export const tutorial: Page = {
  id: 'tutorial',
  title: { en: 'From the simple model to the server', zh: '从简单模型到服务器' },
  lead: {
    en: 'Eleven small programs, each a few lines away from the one before. Each has a trap: you see it on a real kernel first, and then how the next program fixes it.',
    zh: '十一个小程序，每个只比前一个改动几行。每个都有一个陷阱：先在真正的内核上看它发生，再看下一个怎样改正。',
  },
  sections: [
    {
      id: 'before',
      heading: { en: 'What epoll is for', zh: 'epoll 用来做什么' },
      blocks: [
        {
          kind: 'paragraph',
          text: {
            en: "A thread blocked in `recv` on one client can't hear the others. epoll turns this around: you give the kernel the list of descriptors once, then keep asking, in one call, which of them need you.",
            zh: '线程阻塞在一个客户端的 `recv` 上，就顾不上别的客户端。epoll 反过来做：你把一组文件描述符一次性交给内核，然后反复用一个调用去问，其中哪些需要处理。',
          },
        },
        {
          kind: 'run',
          transcript: `
tcp a s; tcp b t
ep E
add E s IN; add E t IN
wait E -> nothing
send b 5
wait E -> t:IN
recv t 1024 -> 5
send a 3
wait E -> s:IN
`,
          caption: {
            en: "Three verbs: create an epoll, register descriptors, wait. a and b are clients; s and t are the server's ends of their connections.",
            zh: '三个动作：新建 epoll，注册描述符，等待。a 和 b 是客户端，s 和 t 是它们的连接在服务器这一端。',
          },
        },
        {
          kind: 'paragraph',
          text: {
            en: "A descriptor registered like this is reported by every wait while it's ready: that's level-triggered. The programs below add `EPOLLET`, edge-triggered: a descriptor is reported once per wake-up, and [what you leave isn't reported again](#/e/half-read) until something new arrives. Most of the traps come from that.",
            zh: '这样注册的描述符，只要就绪，每次等待都会通知：这是水平触发。下面的程序加上了 `EPOLLET`，即边缘触发：每次唤醒只通知一次，[没有读完的不会再通知](#/e/half-read)，直到有新的数据到来。陷阱大多由此而来。',
          },
        },
        {
          kind: 'code',
          language: 'shell',
          text: 'npm run build\nnode --import tsx examples/01-simple-model.ts\ntelnet localhost 7788',
        },
      ],
    },
    ...[...modelSteps, ...serverSteps].map(stepSection),
    {
      id: 'further',
      heading: { en: 'Further', zh: '继续' },
      blocks: [
        {
          kind: 'list',
          items: [
            {
              en: "Multiplexing makes waiting cheap, but it doesn't make work parallel. [Step 12](examples/12-worker-pool.ts) adds a pool of threads, and [step 13](examples/13-process-per-connection.ts) shows the other extreme: a process per connection.",
              zh: 'I/O 多路复用让等待变得便宜，却不会让工作并行。[第 12 步](examples/12-worker-pool.ts)加上线程池，[第 13 步](examples/13-process-per-connection.ts)展示另一个极端：每个连接一个进程。',
            },
            {
              en: '[The full tutorial](docs/tutorial.md) has a table from each line of the Python program to its system call.',
              zh: '[完整的教程](docs/tutorial.zh-CN.md)里有一张表，从 Python 的每一行对应到系统调用。',
            },
            {
              en: '[How epoll works inside](#/inside) explains where each trap comes from.',
              zh: '[epoll 的实现原理](#/inside)解释每个陷阱从何而来。',
            },
          ],
        },
      ],
    },
  ],
}
