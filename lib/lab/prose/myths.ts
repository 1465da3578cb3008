import { mythSection } from './myth.ts'
import { myths as masks } from './myths-masks.ts'
import { myths as registrations } from './myths-registrations.ts'
import { myths as triggers } from './myths-triggers.ts'
import type { Page } from './prose.ts'

/** Sentences about epoll that are said often and are false, each with the operations that refute it. */
export const myths: Page = {
  id: 'myths',
  title: { en: 'Twenty myths about epoll', zh: '关于 epoll 的二十个常见误区' },
  lead: {
    en: "Each of these sentences can be found on public pages or in code, and each sounds right. Say whether you believe it. Then your kernel runs a few operations, and you see whether it's true.",
    zh: '下面每句话都能在公开的网页或代码里找到，听起来也都有道理。先说你信不信，再让你的内核运行几步操作，看看它对不对。',
  },
  sections: [...triggers, ...masks, ...registrations].map(mythSection),
}
