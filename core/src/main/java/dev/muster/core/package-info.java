/**
 * What runs a stack.
 *
 * <pre>
 *   caller's thread      send ─► Outbox ──┐              ┌─► Lane ─► receiver      delivery threads
 *                                         ▼              │
 *   the stack's owner          Stack: layers, one queue of actions, timers
 *   (one thread at a time)                ▼              ▲
 *                                      Network  (EventLoop: selector)
 * </pre>
 *
 * <p>Three classes are shared between threads: {@link dev.muster.core.Ownership}, {@link dev.muster.core.Outbox} and
 * {@link dev.muster.core.Inbox}. Everything else belongs to the owner of the stack.
 */
package dev.muster.core;
