// The parts of C programs that start threads and child processes.
export const threads: Readonly<Record<string, string>> = {
  thread: `
// A thread that makes one call, which may block in the kernel.
struct thread {
    pthread_t id;
    const char *(*call)(void);
    atomic_int tid; // 0 until the thread is about to make its call
    atomic_bool back;
    char outcome[8192];
};`,
  thread_main: `
static void *thread_main(void *argument) {
    struct thread *thread = argument;
    thread->tid = gettid();
    snprintf(thread->outcome, sizeof thread->outcome, "%s", thread->call());
    thread->back = true;
    return NULL;
}`,
  sleeps: `
// Whether the thread sleeps, according to the kernel.
static bool sleeps(struct thread *thread) {
    char path[64], state = 0;
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", thread->tid);
    FILE *file = thread->tid == 0 ? NULL : fopen(path, "r");
    if (file == NULL) return false;
    int found = fscanf(file, "%*d (%*[^)]) %c", &state);
    fclose(file);
    return found == 1 && state == 'S';
}`,
  start: `
static void start(struct thread *thread, const char *op, const char *(*call)(void)) {
    thread->call = call;
    pthread_create(&thread->id, NULL, thread_main, thread);
    while (!thread->back && !sleeps(thread)) usleep(1000);
    say(op, thread->back ? "back" : "blocked");
}`,
  result_of: `
static const char *result_of(struct thread *thread, int ms) {
    for (int i = 0; i < ms && !thread->back; i++) usleep(1000);
    return thread->back ? thread->outcome : "blocked";
}`,
}

export const processes: Readonly<Record<string, string>> = {
  process: `
// A forked child, which performs one operation each time it is asked.
struct process {
    pid_t pid;
    int link;
};`,
  keep: `
// A forked child inherits all descriptors. The ones that it must not keep are replaced by /dev/null.
static void keep(const int *keeps, int count) {
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd < 1024; fd++) {
        bool keeps_it = known[fd].name == NULL;
        for (int i = 0; i < count; i++) keeps_it |= keeps[i] == fd;
        if (keeps_it) continue;
        dup2(nowhere, fd);
        known[fd].name = NULL;
    }
    close(nowhere);
}`,
  forked: `
static struct process forked(const char *op, const int *keeps, int count) {
    int both[2];
    char ready;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, both) < 0) exit(1);
    struct process process = {.pid = fork()};
    process.link = both[process.pid == 0 ? 1 : 0];
    close(both[process.pid == 0 ? 0 : 1]);
    if (process.pid == 0) {
        keep(keeps, count);
    } else {
        if (read(process.link, &ready, 1) != 1) exit(1);
        say(op, "ok");
    }
    return process;
}`,
  turn: `
// Called by the child: reports that it is ready, and waits until it is asked.
static void turn(struct process process) {
    char asked = 0;
    if (write(process.link, "!", 1) != 1 || read(process.link, &asked, 1) != 1 || asked != '?') _exit(0);
}`,
  ask: `
// Called by the parent: asks for the child's next operation, and waits until it is done.
static void ask(struct process process) {
    char done;
    if (write(process.link, "?", 1) != 1 || read(process.link, &done, 1) != 1) exit(1);
}`,
  ended: `
static pid_t ended(struct process process) {
    if (write(process.link, ".", 1) != 1) return -1;
    return waitpid(process.pid, NULL, 0);
}`,
}
