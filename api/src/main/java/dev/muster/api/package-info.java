/**
 * The face of Muster for applications.
 *
 * <pre>
 *   application
 *       │  send(Message)                 receive(Message), viewAccepted(View)
 *       ▼                                         ▲
 *   Channel ── Outbox ─► FRAG2 ─► FC ─► GMS ─► … ─► transport ─► network
 *              Inbox  ◄─ FRAG2 ◄─ FC ◄─ GMS ◄─ … ◄─ transport ◄─ network
 * </pre>
 */
package dev.muster.api;
