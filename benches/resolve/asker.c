/* getaddrinfo, asked as `contestant` of src/contestant.rs is: one source for glibc (cc) and musl (musl's headers and archive).
 *
 * Commands on standard input, an answer a line on standard output:
 *   one NAME COUNT      -> the nanoseconds of each lookup; then the processor's nanoseconds for all, and how many failed
 *   many THREADS MILLIS -> how many lookups were done, the processor's nanoseconds, how many failed
 */
#define _GNU_SOURCE
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static int64_t read_clock(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static int64_t now(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

static int64_t used(void)
{
    return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

static int fails(const char *name)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *found = NULL;
    int code = getaddrinfo(name, NULL, &hints, &found);
    if (code == 0)
        freeaddrinfo(found);
    return code != 0;
}

static int64_t until;
static atomic_long done, failed;

static void *asks(void *number)
{
    char name[64];
    snprintf(name, sizeof name, "n%ld.bench.test", (long)(intptr_t)number);
    while (now() < until) {
        failed += fails(name);
        done++;
    }
    return NULL;
}

int main(void)
{
    char line[256], name[128];
    long count, millis;
    while (fgets(line, sizeof line, stdin)) {
        int64_t cpu = used();
        if (sscanf(line, "one %127s %ld", name, &count) == 2) {
            long bad = 0;
            for (long i = 0; i < count; i++) {
                int64_t start = now();
                bad += fails(name);
                printf("%lld ", (long long)(now() - start));
            }
            printf("; %lld %ld\n", (long long)(used() - cpu), bad);
        } else if (sscanf(line, "many %ld %ld", &count, &millis) == 2) {
            pthread_t threads[256];
            if (count < 1 || count > 256)
                return 2;
            done = failed = 0;
            until = now() + millis * INT64_C(1000000);
            for (long i = 0; i < count; i++)
                if (pthread_create(&threads[i], NULL, asks, (void *)(intptr_t)i) != 0)
                    return 1;
            for (long i = 0; i < count; i++)
                pthread_join(threads[i], NULL);
            printf("%ld; %lld %ld\n", (long)done, (long long)(used() - cpu), (long)failed);
        } else {
            return 2;
        }
        fflush(stdout);
    }
    return 0;
}
