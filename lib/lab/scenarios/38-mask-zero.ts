import type { Scenario } from '../scenario.ts'

export const scenario: Scenario = {
  number: 38,
  id: 'mask-zero',
  chapter: 5,
  title: {
    en: 'A mask of 0 asks for nothing. Do you get nothing?',
    zh: '掩码为 0，什么都没关注。就什么都收不到吗？',
  },
  belief: {
    en: 'ERR and HUP arrive only if the mask asks for them. With a mask of 0 a registration is silent.',
    zh: '只有掩码里写了 ERR 和 HUP 才会通知。掩码为 0 的注册不会出声。',
  },
  transcript: `
tcp c s
ep L; add L s 0
send c 5 -> 5
wait L -> nothing
rst c
wait L ? -> s:ERR|HUP
spin L 20 ? -> >100
`,
  questions: [
    {
      text: {
        en: 'The mask is 0, and the client resets the connection. What does the wait return?',
        zh: '掩码为 0，客户端重置了连接。等待返回什么？',
      },
      choices: ['nothing', 's:HUP', 's:ERR|HUP'],
    },
    {
      text: {
        en: 'A loop ignores the event and waits on for 20 ms. How often does it wake up?',
        zh: '循环不理会这个事件，继续等待 20 毫秒。会醒来多少次？',
      },
      choices: ['0', '1', '>100'],
    },
  ],
  rule: {
    en: 'ERR and HUP are always reported. A mask of 0 pauses a live peer, but spins on a dead one.',
    zh: 'ERR 和 HUP 总会通知。掩码为 0 可以暂停活着的对端，遇到已断开的对端就会空转。',
  },
  fix: {
    text: {
      en: 'Handle ERR and HUP in every event: fetch the error, unregister, close.',
      zh: '每个事件都要处理 ERR 和 HUP：取出错误，注销，关闭。',
    },
    transcript: `
tcp c s
ep L; add L s 0
rst c
wait L -> s:ERR|HUP
error s -> ECONNRESET
del L s -> ok
close s
wait L -> nothing
`,
  },
  links: [
    {
      label: 'epoll_ctl(2), EPOLLERR and EPOLLHUP',
      url: 'https://man7.org/linux/man-pages/man2/epoll_ctl.2.html',
    },
    {
      label: 'tunneldigger #148: a tight loop when a descriptor has an error',
      url: 'https://github.com/wlanslovenija/tunneldigger/pull/148',
    },
  ],
}
