package dev.muster.api;

/**
 * A receiver that is quick and never waits, and asks to be called where the bytes are read: by the thread that works for the
 * stack at that moment. No other thread has to be woken, which is most of the time a message is under way.
 *
 * <p>What it promises in return: each call takes microseconds, and takes no lock that anybody holds for long. As long as it
 * runs this member reads nothing, answers nothing and shows no sign of life; a receiver that waits is taken for dead.
 *
 * <p>It may be called
 * <ul>
 *   <li>by a thread of the stack,
 *   <li>by a thread that is just in a call of the channel: its own group message may reach it before {@code send} returns, and
 *       whatever comes may reach one that waits in {@link Channel#await},
 *   <li>by a delivery thread, as any other receiver, where a message has to wait for something: the view or the state that
 *       comes before it, or an earlier message of the same sender.
 * </ul>
 *
 * <p>The order is that of any {@link Receiver}, and views are handed over by a delivery thread. It may send: what it sends
 * leaves at the end of the turn in which it was called, and as in every callback a stack that can take no more refuses with a
 * {@link BackPressureException} instead of waiting.
 */
public interface InlineReceiver extends Receiver {}
