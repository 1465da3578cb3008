import { life } from './inside-life.ts'
import { others } from './inside-others.ts'
import type { Page } from './prose.ts'

/** How epoll works inside, each piece with an experiment that shows it. */
export const inside: Page = {
  id: 'inside',
  title: { en: 'How epoll works inside', zh: 'epoll 的实现原理' },
  lead: {
    en: "A tree, a list, a queue, and a function that's called at the right moment: that's epoll. Each part has an experiment next to it, so you don't have to take the drawings' word for it.",
    zh: '一棵树，一个列表，一个队列，再加一个在恰当时刻被调用的函数：这就是 epoll。每一部分都配有实验，你不必只凭图来相信。',
  },
  sections: [...life, ...others],
}
