/* Preloaded into the service by ClockIT: its wall clock is off by as many seconds as the file WALL_CLOCK_SHIFT says (a
   native long, which may change at any time). What timers use is left alone, as on a machine whose clock is set. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static const volatile long *shift;

__attribute__((constructor)) static void open_shift(void) {
    int file = open(getenv("WALL_CLOCK_SHIFT"), O_RDONLY);
    shift = mmap(NULL, sizeof *shift, PROT_READ, MAP_SHARED, file, 0);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    int result = syscall(SYS_clock_gettime, clock, time);
    if (result == 0 && clock == CLOCK_REALTIME) {
        time->tv_sec += *shift;
    }
    return result;
}
