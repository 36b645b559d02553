package dev.muster.cli.perf;

import dev.muster.api.Address;
import dev.muster.api.Channel;
import dev.muster.api.ChannelListener;
import dev.muster.api.InlineReceiver;
import dev.muster.api.Message;
import dev.muster.api.MessageBatch;
import dev.muster.api.Receiver;
import dev.muster.api.SharedThreads;
import dev.muster.api.StackBuilder;
import dev.muster.api.StackDefinition;
import dev.muster.api.View;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Muster itself, message by message or in batches. */
public final class MusterContestant implements Contestant {

    /** How messages are received. */
    public enum Reception {
        /** In batches, by threads for callbacks. */
        IN_BATCHES("received in batches"),
        /** One by one, each with an array of its own. */
        ONE_BY_ONE("received one by one"),
        /** In batches, by the thread that read them. */
        INLINE("received where they are read");

        private final String text;

        Reception(String text) {
            this.text = text;
        }
    }

    private static final int FORMING_SECONDS = 60;

    private final StackDefinition stack;
    private final Reception reception;
    private final Optional<SharedThreads> threads;
    private final Consumer<Throwable> failures;

    /**
     * Muster with a stack.
     *
     * @param stack of every member
     * @param reception how messages are received
     * @param threads that all members of this process share, if they do
     * @param failures told of what a callback throws
     */
    public MusterContestant(StackDefinition stack, Reception reception, Optional<SharedThreads> threads,
            Consumer<Throwable> failures) {
        this.stack = stack;
        this.reception = reception;
        this.threads = threads;
        this.failures = failures;
    }

    @Override
    public String name() {
        return "muster";
    }

    @Override
    public String description() {
        return stack.origin() + ", " + reception.text;
    }

    @Override
    public Node join(Seat seat, Inbox inbox) throws IOException {
        MusterNode node = reception == Reception.INLINE ? new InlineNode(seat, inbox)
                : new MusterNode(seat, inbox, reception == Reception.ONE_BY_ONE);
        StackBuilder builder = StackBuilder.of(stack).name(nameOf(seat.member()));
        threads.ifPresent(builder::sharing);
        node.join(builder.build().listener(new ChannelListener() {
            @Override
            public void callbackFailed(Channel channel, Throwable failure) {
                failures.accept(failure);
            }
        }));
        return node;
    }

    private static String nameOf(int member) {
        return "m" + (member + 1);
    }

    private static class MusterNode implements Node, Receiver {

        private final Seat seat;
        private final Inbox inbox;
        private final boolean plain;
        private final CountDownLatch complete = new CountDownLatch(1);
        private final Address[] members;
        private Channel channel;

        MusterNode(Seat seat, Inbox inbox, boolean plain) {
            this.seat = seat;
            this.inbox = inbox;
            this.plain = plain;
            members = new Address[seat.members()];
        }

        void join(Channel opened) throws IOException {
            channel = opened.receiver(plain ? oneByOne() : this);
            channel.connect(seat.run());
            try {
                if (!complete.await(FORMING_SECONDS, TimeUnit.SECONDS)) {
                    throw new IOException("no view of " + seat.members() + " members within " + FORMING_SECONDS
                            + " s, but " + channel.view());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while the group formed", e);
            }
        }

        /** A receiver that knows nothing of batches. */
        private Receiver oneByOne() {
            return new Receiver() {
                @Override
                public void receive(Message message) {
                    MusterNode.this.receive(message);
                }

                @Override
                public void viewAccepted(View view) {
                    MusterNode.this.viewAccepted(view);
                }
            };
        }

        @Override
        public void receive(Message message) {
            inbox.take(message.payload(), 0);
        }

        @Override
        public void receive(MessageBatch batch) {
            while (batch.next()) {
                inbox.take(batch.buffer(), batch.offset());
            }
        }

        @Override
        public void viewAccepted(View view) {
            inbox.view(view.size());
            if (view.size() == members.length) {
                for (int member = 0; member < members.length; member++) {
                    String name = nameOf(member);
                    members[member] = view.members().stream().filter(address -> address.name().equals(name)).findFirst()
                            .orElse(null);
                }
                complete.countDown();
            }
        }

        @Override
        public void sendToAll(byte[] payload, int length) {
            channel.send(null, payload, 0, length);
        }

        @Override
        public void sendTo(int member, byte[] payload, int length) {
            channel.send(members[member], payload, 0, length);
        }

        @Override
        public void await(CompletableFuture<?> answer) throws Exception {
            channel.await(answer, Duration.ofSeconds(ANSWER_SECONDS));
        }

        @Override
        public void close() {
            channel.close();
        }
    }

    private static final class InlineNode extends MusterNode implements InlineReceiver {

        InlineNode(Seat seat, Inbox inbox) {
            super(seat, inbox, false);
        }
    }
}
