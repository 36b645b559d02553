package dev.muster.core;

/** Runs tasks side by side and hands on the first failure. */
final class Threads {

    /** A task that may throw anything. */
    @FunctionalInterface
    interface Task {
        void run() throws Exception;
    }

    private Threads() {}

    static void together(Task... tasks) {
        Thread[] threads = new Thread[tasks.length];
        Throwable[] failures = new Throwable[tasks.length];
        for (int i = 0; i < tasks.length; i++) {
            int index = i;
            threads[i] = new Thread(() -> {
                try {
                    tasks[index].run();
                } catch (Exception | Error e) {
                    failures[index] = e;
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            join(thread);
        }
        for (Throwable failure : failures) {
            if (failure != null) {
                throw new AssertionError(failure.getMessage(), failure);
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while joining", e);
        }
    }
}
