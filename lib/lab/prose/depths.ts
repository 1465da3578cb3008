import type { Text } from '../scenario.ts'

/** The mechanism behind the rule of an experiment of the course, and where to read on. */
export interface Depth {
  /** The experiment. */
  readonly id: string
  /** A paragraph with the mechanism. */
  readonly why: Text
  /** The function of the kernel that does it. */
  readonly kernel: { readonly label: string; readonly url: string }
  /** The section of the page on how epoll works inside. */
  readonly inside: string
}

/** The function's name as a link into the kernel's source, which has a page per identifier. */
function source(label: string): Depth['kernel'] {
  return { label, url: `https://elixir.bootlin.com/linux/latest/A/ident/${label}` }
}

function depth(id: string, why: Text, kernel: string, inside: string): Depth {
  return { id, why, kernel: source(kernel), inside }
}

export const depths: readonly Depth[] = [
  depth(
    'half-read',
    {
      en: 'The write ran a callback that put both registrations on the ready lists of L and E. Each wait took its entry off, asked the pipe, and reported IN. Then L put its entry back, because it is level-triggered; E did not. Your read woke no callback, so the second wait on L finds an entry to ask, and the one on E finds an empty list.',
      zh: '写入执行了一个回调函数，把两个注册分别挂上 L 和 E 的就绪列表。两次等待各自取下这一项，询问管道，通知 IN。然后 L 把它挂了回去，因为是水平触发；E 没有。你的读取不会触发回调，所以第二次等待时，L 还有一项可问，E 的列表却是空的。',
    },
    'ep_send_events',
    'requeue',
  ),
  depth(
    'more-arrives',
    {
      en: 'The callback runs at every wake-up of the pipe, and a write wakes the pipe whether or not it was empty. The callback does not look at how many bytes there were: it puts the registration on the ready list, unless it is already there.',
      zh: '管道每次被唤醒，回调函数都会执行；不管之前是不是空的，写入都会唤醒管道。回调函数不看原来有多少字节：只要还不在就绪列表上，就把注册挂上去。',
    },
    'ep_poll_callback',
    'callback',
  ),
  depth(
    'add-late',
    {
      en: 'No wake-up will come for data that arrived earlier. So ADD puts its callback into the wait queue of the file, asks the file what is ready now, and puts the registration on the ready list itself if the mask asks for any of it.',
      zh: '更早到达的数据不会再引起唤醒。所以 ADD 把回调函数挂进文件的等待队列之后，会当场问文件现在什么就绪；掩码关注其中任何一位，就自己把注册挂上就绪列表。',
    },
    'ep_insert',
    'add-and-modify',
  ),
  depth(
    'ask-again',
    {
      en: 'MOD stores the mask and then asks the file, as ADD does. It does not compare the new mask with the old one, so MOD with the same mask is a way to ask again.',
      zh: 'MOD 存下掩码，然后像 ADD 一样询问文件。它不比较新旧掩码，所以用同样的掩码 MOD，就等于再问一次。',
    },
    'ep_modify',
    'add-and-modify',
  ),
  depth(
    'one-recv',
    {
      en: 'All packets that arrive before the wait run the same callback, and a registration is on the ready list once or not at all. What your recv leaves in the socket runs no callback, so it depends on the next packet whether you hear of it again.',
      zh: '等待之前到达的所有数据包执行的是同一个回调函数，而一项注册要么在就绪列表上，要么不在。你的 recv 留在套接字里的数据不会触发回调，能不能再得到通知，要看有没有下一个数据包。',
    },
    'sock_def_readable',
    'asks-again',
  ),
  depth(
    'blocking-drain',
    {
      en: 'epoll does not change the descriptor: a read of a blocking one that finds nothing puts its thread to sleep in the wait queue of the pipe, next to the callback of epoll. It sleeps until data or the end comes, and the loop with it.',
      zh: 'epoll 不会改变描述符本身：阻塞的描述符上读不到数据时，线程会睡在管道的等待队列里，就在 epoll 的回调函数旁边。它一直睡到有数据或流结束，整个循环也跟着停住。',
    },
    'pipe_read',
    'three-things',
  ),
  depth(
    'short-read',
    {
      en: 'The data ran the callback, and the FIN behind it ran it again; both came before the wait and so became one report. After it the list is empty. The end is only a state of the socket: a read finds it, but no event will announce it again.',
      zh: '数据触发了一次回调，后面的 FIN 又触发了一次；两次都在等待之前，合成一次通知。之后列表就空了。流结束只是套接字的一种状态：去读才会发现，不会再有事件通知它。',
    },
    'tcp_fin',
    'asks-again',
  ),
  depth(
    'one-accept',
    {
      en: 'Each completed connection goes to the accept queue of the listener and runs the callback. Connections that arrive before the wait share one entry on the ready list. accept takes one connection from the queue and runs no callback, so the rest of the queue waits for the next client.',
      zh: '每个建立完成的连接进入监听套接字的 accept 队列，并触发回调。等待之前到来的几个连接，在就绪列表上只占一项。accept 从队列里取走一个，不触发回调，所以队列里其余的要等下一个客户端。',
    },
    'inet_csk_accept',
    'asks-again',
  ),
  depth(
    'out-spins',
    {
      en: 'Each wait asks the socket, and the socket says OUT while its send buffer has room: for TCP, while at least a third of it is free. A level-triggered entry goes back on the list after each report, so the next wait finds it and returns at once.',
      zh: '每次等待都会询问套接字，只要发送缓冲区还有空间，套接字就回答 OUT：对 TCP 来说，是至少空出三分之一。水平触发的项每次通知后又挂回列表，所以下一次等待马上又找到它，立即返回。',
    },
    'tcp_poll',
    'requeue',
  ),
  depth(
    'equals',
    {
      en: 'A wait reports every bit that is ready and in the mask, not only the bit that caused the wake-up. Whether OUT, RDHUP or ERR stands next to IN depends on the socket at that moment, so the same event has a different number at different times.',
      zh: '等待会报告所有就绪且在掩码里的位，不只是引起唤醒的那一位。IN 旁边有没有 OUT、RDHUP 或 ERR，取决于那一刻的套接字，所以同样的事件，数值会不一样。',
    },
    'ep_item_poll',
    'callback',
  ),
  depth(
    'closed-not-gone',
    {
      en: 'close(2) removes the number from the table of the process. The kernel removes registrations only when it frees the open file description, which happens when its last descriptor is closed. The key of a registration is both, number and description: with the number closed, DEL has no file to look up.',
      zh: 'close(2) 把编号从进程的表里移除。内核要到释放打开文件描述时才移除注册，也就是它的最后一个描述符关闭的时候。注册的键由编号和打开文件描述共同组成：编号已经关闭，DEL 就无从查找。',
    },
    'eventpoll_release_file',
    'description',
  ),
  depth(
    'four-threads',
    {
      en: 'A wake-up takes one sleeping thread. A thread that leaves epoll_wait wakes the next one if the ready list still has entries. A level-triggered entry was just put back, so each thread wakes another; an edge-triggered one was not, so the chain ends, until the next write starts it again.',
      zh: '一次唤醒只取一个睡着的线程。线程离开 epoll_wait 时，如果就绪列表上还有东西，就再唤醒下一个。水平触发的项刚刚挂了回去，所以一个接一个地唤醒；边缘触发的没有挂回去，到此为止，直到下一次写入。',
    },
    'ep_autoremove_wake_function',
    'sleepers',
  ),
]
