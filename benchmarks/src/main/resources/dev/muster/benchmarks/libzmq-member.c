/* A member on libzmq: XPUB and SUB over TCP, queues of 100 000 messages, a full one blocks the sender. It obeys and tells
   the lines that dev.muster.cli.PerfMember documents, as far as messages to the group go. */
#include <endian.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <zmq.h>

enum { QUEUE = 100000, MOST_MEMBERS = 64, CLOCK_EVERY = 64, SENDER = 48 };
#define LAST (UINT64_C(1) << 63)
#define NUMBERS ((UINT64_C(1) << SENDER) - 1)

static int self, members, ports[MOST_MEMBERS];
static void *context, *publisher;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t subscribed = PTHREAD_COND_INITIALIZER;
static int has_subscribed;

/* what came, guarded by the lock only where the receiver and the orders meet: nothing is under way while it is prepared */
static uint64_t delivered[MOST_MEMBERS], expected[MOST_MEMBERS], out_of_order[MOST_MEMBERS], sent[MOST_MEMBERS];
static int ended, awaited;
static int64_t cpu_before;

static int64_t micros(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (int64_t) now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int64_t cpu(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * INT64_C(1000000) + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static void fail(const char *what) {
    printf("@failed\t%" PRId64 "\t%s: %s\n", micros(CLOCK_REALTIME), what, zmq_strerror(zmq_errno()));
    exit(1);
}

static void tell(const char *event) {
    printf("@%s\t%" PRId64 "\n", event, micros(CLOCK_REALTIME));
}

static void done(void) {
    uint64_t all = 0, lost = 0, disorder = 0;
    for (int member = 0; member < members; member++) {
        all += delivered[member];
        lost += sent[member] > delivered[member] ? sent[member] - delivered[member] : 0;
        disorder += out_of_order[member];
    }
    printf("@done\t%" PRId64 "\t%" PRIu64 "\t%" PRIu64 "\t%" PRIu64 "\t0\n", micros(CLOCK_REALTIME), all, lost, disorder);
}

static void take(uint64_t word) {
    int sender = (word >> SENDER) & 0xFFF;
    uint64_t number = word & NUMBERS;
    if (!(word & LAST)) {
        delivered[sender]++;
        out_of_order[sender] += number != expected[sender];
        expected[sender] = number + 1;
        return;
    }
    pthread_mutex_lock(&lock);
    sent[sender] = number;
    int complete = ++ended == awaited;
    pthread_mutex_unlock(&lock);
    if (complete) {
        done();
    }
}

static void *receive(void *unused) {
    (void) unused;
    void *subscriber = zmq_socket(context, ZMQ_SUB);
    int queue = QUEUE;
    zmq_setsockopt(subscriber, ZMQ_RCVHWM, &queue, sizeof queue);
    for (int member = 0; member < members; member++) {
        char address[64];
        snprintf(address, sizeof address, "tcp://127.0.0.1:%d", ports[member]);
        if (member != self && zmq_connect(subscriber, address) != 0) {
            fail("connect");
        }
    }
    zmq_setsockopt(subscriber, ZMQ_SUBSCRIBE, "", 0);
    pthread_mutex_lock(&lock);
    has_subscribed = 1;
    pthread_cond_signal(&subscribed);
    pthread_mutex_unlock(&lock);
    for (;;) {
        zmq_msg_t message;
        zmq_msg_init(&message);
        if (zmq_msg_recv(&message, subscriber, 0) < 0) {
            return NULL;
        }
        uint64_t word;
        memcpy(&word, zmq_msg_data(&message), sizeof word);
        take(be64toh(word));
        zmq_msg_close(&message);
    }
}

static void join(void) {
    context = zmq_ctx_new();
    publisher = zmq_socket(context, ZMQ_XPUB);
    int queue = QUEUE, one = 1;
    zmq_setsockopt(publisher, ZMQ_SNDHWM, &queue, sizeof queue);
    zmq_setsockopt(publisher, ZMQ_XPUB_NODROP, &one, sizeof one);
    zmq_setsockopt(publisher, ZMQ_XPUB_VERBOSE, &one, sizeof one);
    char address[64];
    snprintf(address, sizeof address, "tcp://127.0.0.1:%d", ports[self]);
    if (zmq_bind(publisher, address) != 0) {
        fail("bind");
    }
    pthread_t receiver;
    pthread_create(&receiver, NULL, receive, NULL);
    for (int left = members - 1; left > 0; left--) {
        char subscription[8];
        if (zmq_recv(publisher, subscription, sizeof subscription, 0) < 0) {
            fail("subscriptions");
        }
    }
    pthread_mutex_lock(&lock);
    while (!has_subscribed) {
        pthread_cond_wait(&subscribed, &lock);
    }
    pthread_mutex_unlock(&lock);
    tell("joined");
}

static void prepare(int senders, int to) {
    if (to >= 0) {
        printf("@failed\t%" PRId64 "\tpublishers have no address for one subscriber\n", micros(CLOCK_REALTIME));
        exit(1);
    }
    memset(delivered, 0, sizeof delivered);
    memset(out_of_order, 0, sizeof out_of_order);
    memset(sent, 0, sizeof sent);
    for (int member = 0; member < members; member++) {
        expected[member] = 1;
    }
    ended = 0;
    awaited = senders - (self < senders ? 1 : 0);
    cpu_before = cpu();
    tell("prepared");
    if (awaited == 0) {
        done();
    }
}

static void publish(char *payload, int bytes, uint64_t word) {
    word = htobe64(word);
    memcpy(payload, &word, sizeof word);
    if (zmq_send(publisher, payload, bytes, 0) < 0) {
        fail("send");
    }
}

static void send_for(int bytes, int64_t millis) {
    char *payload = calloc(1, bytes);
    int64_t first = micros(CLOCK_REALTIME);
    int64_t end = micros(CLOCK_MONOTONIC) + millis * 1000;
    uint64_t count = 0;
    while (count % CLOCK_EVERY != 0 || micros(CLOCK_MONOTONIC) < end) {
        count++;
        publish(payload, bytes, (uint64_t) self << SENDER | count);
    }
    publish(payload, bytes, LAST | (uint64_t) self << SENDER | count);
    printf("@sent\t%" PRId64 "\t%" PRIu64 "\n", first, count);
    free(payload);
}

static void arguments(int argc, char **argv) {
    for (int index = 1; index + 1 < argc; index++) {
        if (strcmp(argv[index], "--member") == 0) {
            self = atoi(argv[index + 1]);
        } else if (strcmp(argv[index], "--ports") == 0) {
            for (char *port = strtok(argv[index + 1], ","); port && members < MOST_MEMBERS; port = strtok(NULL, ",")) {
                ports[members++] = atoi(port);
            }
        }
    }
}

int main(int argc, char **argv) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    arguments(argc, argv);
    tell("ready");
    char order[256];
    while (fgets(order, sizeof order, stdin) && strncmp(order, "quit", 4) != 0) {
        int one, two;
        int64_t millis;
        if (strncmp(order, "connect", 7) == 0) {
            join();
        } else if (sscanf(order, "prepare %d %d", &one, &two) == 2) {
            prepare(one, two);
        } else if (sscanf(order, "send %d %" SCNd64, &one, &millis) == 2) {
            send_for(one, millis);
        } else if (strncmp(order, "report", 6) == 0) {
            printf("@report\t%" PRId64 "\t%" PRId64 "\t0\n", micros(CLOCK_REALTIME), cpu() - cpu_before);
        } else {
            printf("@failed\t%" PRId64 "\tcan't do: %s", micros(CLOCK_REALTIME), order);
        }
    }
    exit(0);
}
