package dev.muster.security;

import dev.muster.spi.Environment;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * How the two ends of a stream agree on keys that no other stream has, and prove to each other that they have the
 * pre-shared one before anything else is said. Both put in randomness, so nothing recorded opens another stream.
 *
 * <pre>
 * opener → acceptor    4D 53 45 01 (4) · key id (4) · random (32)
 * acceptor → opener    4D 53 45 01 (4) · random (32) · proof (16)
 * opener → acceptor    proof (16), and records from here on
 * </pre>
 *
 * <p>A proof is the tag of the first record of its direction, which is empty; what it authenticates besides is everything
 * said before it. Pure but for what it draws; not for concurrent use.
 */
final class Handshake {

    static final int OPENING_BYTES = 40;
    static final int ANSWER_BYTES = 52;
    static final int PROOF_BYTES = AesGcm.TAG_BYTES;
    private static final int MAGIC = 0x4D53_4501;
    private static final int RANDOM_BYTES = 32;
    private static final int RANDOM_IN_ANSWER_AT = 4;
    private static final int SAID_BYTES = OPENING_BYTES + ANSWER_BYTES;

    private final Environment environment;
    private final AesGcm cipher;
    private final boolean opener;
    private final ByteBuffer said = ByteBuffer.allocate(SAID_BYTES);
    private PreSharedKey shared;
    private byte[] openersRandom;
    private StreamKeys fromOpener;
    private StreamKeys fromAcceptor;
    private boolean done;
    private Refusals.Reason refusal;

    private Handshake(Environment environment, AesGcm cipher, boolean opener, PreSharedKey shared) {
        this.environment = environment;
        this.cipher = cipher;
        this.opener = opener;
        this.shared = shared;
    }

    static Handshake opener(Environment environment, AesGcm cipher, PreSharedKey shared) {
        return new Handshake(environment, cipher, true, shared);
    }

    static Handshake acceptor(Environment environment, AesGcm cipher) {
        return new Handshake(environment, cipher, false, null);
    }

    /** What the opener says first. */
    byte[] opening() {
        openersRandom = random();
        said.putInt(MAGIC).putInt(shared.wireId()).put(openersRandom);
        return Arrays.copyOf(said.array(), OPENING_BYTES);
    }

    /** How many bytes the other side must say before {@link #take} can be called. */
    int needs() {
        return opener ? ANSWER_BYTES : openersRandom == null ? OPENING_BYTES : PROOF_BYTES;
    }

    /**
     * Take what the other side has said.
     *
     * @param bytes as many as {@link #needs} tells
     * @param keys what an acceptor may choose from
     * @return what to answer, possibly nothing; null if the other side has proved not to be one of us
     */
    byte[] take(byte[] bytes, KeyRing keys) {
        return opener ? takeAnswer(bytes) : openersRandom == null ? takeOpening(bytes, keys) : takeProof(bytes);
    }

    private byte[] takeOpening(byte[] bytes, KeyRing keys) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getInt() != MAGIC) {
            return refuse(Refusals.Reason.UNAUTHENTICATED);
        }
        shared = keys.find(in.getInt());
        if (shared == null) {
            return refuse(Refusals.Reason.UNKNOWN_KEY);
        }
        openersRandom = new byte[RANDOM_BYTES];
        in.get(openersRandom);
        said.put(bytes, 0, OPENING_BYTES);
        byte[] random = random();
        agree(random);
        said.putInt(MAGIC).put(random);
        byte[] proof = fromAcceptor.proof(cipher, said);
        said.put(proof);
        return Arrays.copyOfRange(said.array(), OPENING_BYTES, SAID_BYTES);
    }

    private byte[] takeAnswer(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getInt() != MAGIC) {
            return refuse(Refusals.Reason.UNAUTHENTICATED);
        }
        agree(Arrays.copyOfRange(bytes, RANDOM_IN_ANSWER_AT, RANDOM_IN_ANSWER_AT + RANDOM_BYTES));
        said.put(bytes, 0, ANSWER_BYTES - PROOF_BYTES);
        if (!fromAcceptor.proves(cipher, said, bytes, ANSWER_BYTES - PROOF_BYTES)) {
            return refuse(Refusals.Reason.UNAUTHENTICATED);
        }
        said.put(bytes, ANSWER_BYTES - PROOF_BYTES, PROOF_BYTES);
        done = true;
        return fromOpener.proof(cipher, said);
    }

    private byte[] takeProof(byte[] bytes) {
        done = fromOpener.proves(cipher, said, bytes, 0);
        return done ? new byte[0] : refuse(Refusals.Reason.UNAUTHENTICATED);
    }

    private void agree(byte[] acceptorsRandom) {
        byte[] secret = StreamKeys.secret(shared, openersRandom, acceptorsRandom);
        fromOpener = StreamKeys.ofOpener(secret);
        fromAcceptor = StreamKeys.ofAcceptor(secret);
    }

    private byte[] refuse(Refusals.Reason reason) {
        refusal = reason;
        return null;
    }

    private byte[] random() {
        byte[] random = new byte[RANDOM_BYTES];
        environment.fillUnpredictably(random);
        return random;
    }

    boolean isDone() {
        return done;
    }

    /** Why {@link #take} gave null. */
    Refusals.Reason refusal() {
        return refusal;
    }

    /** The key it is based on; null as long as the opener has not named one. */
    PreSharedKey shared() {
        return shared;
    }

    StreamKeys sealing() {
        return opener ? fromOpener : fromAcceptor;
    }

    StreamKeys unsealing() {
        return opener ? fromAcceptor : fromOpener;
    }
}
